"""An answer put together sentence by sentence, with markers numbered in order of first use."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from assistant.brackets import as_compared, spell_references
from assistant.refusals import refusal_text
from assistant.tidy import tidy
from assistant.types import (
    Answer,
    AnswerSentence,
    Citation,
    Coverage,
    DraftSentence,
    DroppedSentence,
    Evidence,
    Hit,
    Label,
    LibraryStamp,
    Retrieved,
    Verdict,
)

DECLINED = "the model found no answer in the evidence"
"""Why a refusal, where a model wrote nothing or that the evidence does not cover it."""


@dataclass
class Assembly:
    """What has passed the check so far, and what has not."""

    text: str = ""
    sentences: list[AnswerSentence] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    dropped: list[DroppedSentence] = field(default_factory=list)
    _said: set[str] = field(default_factory=set)
    _markers: dict[tuple[str, int, int], int] = field(default_factory=dict)

    def show(self, draft: DraftSentence, verdict: Verdict) -> tuple[Citation, ...]:
        """Add a checked sentence with its markers; return the citations that are new with it.

        A quotation is shown in the words of its source.
        """
        known = len(self.citations)
        markers = tuple(self._marker(evidence) for evidence in verdict.evidence)
        opens = draft.new_paragraph or not self.claims
        separator = "" if not self.text else ("\n\n" if opens else " ")
        text = _as_shown(draft.text, [evidence.quote for evidence in verdict.evidence])
        start = len(self.text) + len(separator)
        self.text += separator + text + "".join(f" [{marker}]" for marker in markers)
        self.sentences.append(
            AnswerSentence(
                text=text,
                start=start,
                end=start + len(text),
                citations=markers,
                verdict=verdict.label,
                score=round(verdict.score, 4),
                reasons=verdict.reasons,
            )
        )
        self._said.add(as_compared(draft.text))
        return tuple(self.citations[known:])

    @property
    def claims(self) -> int:
        """How many sentences claim something."""
        return sum(sentence.verdict is not Label.CONNECTIVE for sentence in self.sentences)

    def connect(self, text: str) -> AnswerSentence:
        """Open with a sentence of our own that claims nothing; the next begins a paragraph."""
        sentence = AnswerSentence(text, 0, len(text), (), Label.CONNECTIVE, 1.0)
        self.text = text
        self.sentences.append(sentence)
        return sentence

    def drop(self, draft: DraftSentence, verdict: Verdict) -> DroppedSentence:
        """Keep a sentence that is not shown on record, with the reasons."""
        dropped = DroppedSentence(tidy(draft.text), verdict.label, verdict.reasons)
        self.dropped.append(dropped)
        return dropped

    def repeats(self, draft: DraftSentence) -> bool:
        """Whether the answer says this already, word for word."""
        return as_compared(draft.text) in self._said

    def _marker(self, evidence: Evidence) -> int:
        if evidence.key not in self._markers:
            self._markers[evidence.key] = len(self._markers) + 1
            self.citations.append(citation_of(self._markers[evidence.key], evidence))
        return self._markers[evidence.key]


@dataclass(frozen=True)
class Frame:
    """What is known of an answer besides its sentences."""

    question: str
    engine: str
    model: str | None
    hits: Sequence[Hit]
    coverage: Coverage
    library: LibraryStamp
    usage: Mapping[str, int]
    timings: Mapping[str, float]
    failure: str | None = None
    confidence: float | None = None


def build_answer(assembly: Assembly, frame: Frame, notice: str | None = None) -> Answer:
    """Return the answer; one of which nothing is left is a refusal.

    `notice` says what the reader must know beforehand: what the sources don't mention,
    or why another engine than the chosen one wrote it.
    """
    if not assembly.claims:
        declined = frame.model is not None and not assembly.dropped
        reason = DECLINED if declined else "no sentence of the draft passed the check"
        return refuse(frame, f"{notice}; {reason}" if notice else reason, assembly)
    return _answer(frame, assembly, assembly.text, refused=False, reason=notice)


def refuse(frame: Frame, reason: str, assembly: Assembly | None = None) -> Answer:
    """Return a refusal that names the nearest papers."""
    nearest = [f"“{spell_references(hit.paper.title)}”" for hit in frame.hits[:3]]
    text = refusal_text(frame.question, reason, frame.coverage)
    if nearest:
        text += f" Nearest papers: {'; '.join(nearest)}."
    return _answer(frame, assembly or Assembly(), text, refused=True, reason=reason)


def _answer(
    frame: Frame, assembly: Assembly, text: str, *, refused: bool, reason: str | None
) -> Answer:
    return Answer(
        question=frame.question,
        text=text,
        refused=refused,
        reason=reason,
        engine=frame.engine,
        model=frame.model,
        confidence=None if refused or frame.confidence is None else round(frame.confidence, 4),
        sentences=tuple(assembly.sentences),
        citations=tuple(assembly.citations),
        retrieved=retrieved_from(frame.hits),
        dropped=tuple(assembly.dropped),
        coverage=frame.coverage,
        usage=dict(frame.usage),
        timings={name: round(seconds, 4) for name, seconds in frame.timings.items()},
        library=frame.library,
        failure=frame.failure,
    )


def retrieved_from(hits: Sequence[Hit]) -> tuple[Retrieved, ...]:
    """Return what an answer tells of the papers found."""
    return tuple(
        Retrieved(hit.paper.paper_id, hit.paper.title, round(hit.score, 4), hit.rank)
        for hit in hits
    )


def _as_shown(text: str, quotes: Sequence[str]) -> str:
    quoted = (quote for quote in quotes if as_compared(quote) == as_compared(text))
    return spell_references(next(quoted, text), quotes)


def citation_of(marker: int, evidence: Evidence) -> Citation:
    """Return the citation of a quotation, with what is known of its paper."""
    paper = evidence.paper
    return Citation(
        marker=marker,
        paper_id=paper.paper_id,
        title=paper.title,
        quote=evidence.quote,
        start=evidence.start,
        end=evidence.end,
        authors=paper.authors,
        year=paper.year,
        venue=paper.venue,
        url=paper.url,
        doi=paper.doi,
        arxiv_id=paper.arxiv_id,
    )


REPETITION = Verdict(Label.UNSUPPORTED, 0.0, (), ("repetition: the answer says this already",))
"""Why a sentence that would be said twice is dropped."""

CUT_OFF = Verdict(Label.UNSUPPORTED, 0.0, (), ("cut off: the draft ended inside this sentence",))
"""Why a sentence that broke off is dropped: what it leaves out may turn its meaning."""
