"""What today's library and program would change in a recorded answer."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from assistant.entailment import hear_each
from assistant.inquiring import Inquirer
from assistant.library import Library
from assistant.prompts import template_text
from assistant.records.answer_keeper import versions
from assistant.records.answer_record import AnswerRecord, hashes_of
from assistant.records.notes import Notes, sha256
from assistant.records.replaying import check_again, replay, verdicts_changed


@dataclass(frozen=True, slots=True)
class AnswerDiff:
    """What differs between a recorded answer and today; nothing that is empty does.

    Papers are named by their ids: of those found then, `gone` are in the library no more,
    `reworded` have another abstract and `edited` other details; `found` are found for the
    question only now, `lost` no more though they are there. `sentences` have another verdict
    in today's library, `by_code` from today's program alone, with the sources as they were.
    `answered` says whether the library answered the question and whether it does.
    """

    record_id: str
    question: str
    gone: tuple[str, ...]
    reworded: tuple[str, ...]
    edited: tuple[str, ...]
    found: tuple[str, ...]
    lost: tuple[str, ...]
    answered: tuple[bool, bool]
    sentences: tuple[dict[str, str], ...]
    by_code: tuple[str, ...]
    versions: Mapping[str, tuple[str, str]]
    library: tuple[str, str]

    @property
    def changed(self) -> bool:
        """Whether anything but the library's fingerprint and versions differs."""
        lists = (self.gone, self.reworded, self.edited, self.found, self.lost)
        differ = any(lists) or self.sentences or self.by_code
        return bool(differ) or self.answered[0] != self.answered[1]

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {**asdict(self), "changed": self.changed}


def diff(record: AnswerRecord, library: Library, inquirer: Inquirer) -> AnswerDiff:
    """Hold a recorded answer against the library and the program of today."""
    then = {paper_id: rest for paper_id, *rest in record.papers}
    papers = {key: paper for key in then if (paper := library.record.paper(key)) is not None}
    now = {key: hashes_of([paper])[0][1:] for key, paper in papers.items()}
    inquiry = inquirer.inquire(
        record.parts,
        record.asked,
        record.follow_up.about,
        record.filters,
        record.engine,
        lambda stage: None,
    )
    retrieved = [hit.paper.paper_id for hit in inquiry.hits]
    known = {paper.paper_id for paper in papers.values()}  # merged ones have another id now
    notes = Notes(
        library.embedder,
        library.idf,
        inquirer.checker,
        hear_each(()),
        opinions=record.opinions,
    )
    sources = [inquirer.source(paper) for paper in papers.values()] if record.sources else []
    _, checked = check_again(record, sources, notes)
    return AnswerDiff(
        record_id=record.answer.record_id or "",
        question=record.answer.question,
        gone=tuple(key for key in then if key not in papers),
        reworded=tuple(key for key in now if now[key][0] != then[key][0]),
        edited=tuple(
            key for key in now if now[key][0] == then[key][0] and now[key][1] != then[key][1]
        ),
        found=tuple(key for key in retrieved if key not in then and key not in known),
        lost=tuple(key for key in papers if papers[key].paper_id not in retrieved),
        answered=(bool(record.sources), bool(inquiry.answered)),
        sentences=tuple(verdicts_changed(record.checked, checked)),
        by_code=replay(record, library.embedder, library.idf, inquirer.checker).differences,
        versions=_versions_changed(record, library.embedder.name, inquirer.checker.name),
        library=(record.answer.library.fingerprint, library.fingerprint),
    )


def _versions_changed(
    record: AnswerRecord, embedder: str, checker: str
) -> dict[str, tuple[str, str]]:
    """Return what the answer was made with, and what it would be made with now, where different."""
    now = versions(embedder, checker)
    then = dict(record.versions)
    for prompt in record.prompts:
        if prompt.name:
            name = f"prompt {prompt.name}.md"
            then[name], now[name] = prompt.template_sha256, sha256(template_text(prompt.name))
    return {
        name: (then.get(name, ""), now.get(name, ""))
        for name in {**then, **now}
        if then.get(name) != now.get(name)
    }
