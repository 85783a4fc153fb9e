"""A double of Assistant for the tests of the chat: it plays prepared events, with a pace."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import SimpleNamespace

from assistant.checking import CheckedReference
from assistant.config import Config
from assistant.errors import LibraryError, UsageError
from assistant.filters import NO_FILTERS, Filters, matches
from assistant.follow_up import Turn as KeptTurn
from assistant.paper_list import PaperList
from assistant.paper_table import PaperTable, Row
from assistant.sentences import split_sentences
from assistant.types import (
    Answer,
    AnswerSentence,
    CheckedSentence,
    Citation,
    Coverage,
    DroppedSentence,
    Event,
    Evidence,
    Hit,
    Label,
    LibraryStamp,
    Paper,
    Retrieved,
    Verdict,
)

QUARTZ = Paper(
    paper_id="quartz",
    title="Quartz Clocks in Cold Water",
    abstract=(
        "Clocks drift. We place 40 quartz clocks in cold water for a year. "
        "The median drift is 3 seconds a month. Steel housings halve it."
    ),
    authors=("Ada Lind", "Bo Marsh", "Cy Noor", "Di Oak", "Ed Pine"),
    year=2021,
    venue="Journal of Slow Time",
    doi="10.1000/slow.(1)",
    url="https://example.org/quartz",
)
SUNDIAL = Paper(
    paper_id="sundial",
    title="Sundials under Cloud",
    abstract="Sundials need light. Under cloud their error grows to 20 minutes.",
)
PAPERS = (QUARTZ, SUNDIAL)


def lookup_in(*papers: Paper) -> Callable[[str], Paper | None]:
    return {paper.paper_id: paper for paper in papers}.get


def cite(paper: Paper, quote: str, marker: int = 1) -> Citation:
    start = paper.abstract.index(quote)
    return Citation(
        marker=marker,
        paper_id=paper.paper_id,
        title=paper.title,
        quote=quote,
        start=start,
        end=start + len(quote),
        authors=paper.authors,
        year=paper.year,
        venue=paper.venue,
        url=paper.url,
        doi=paper.doi,
    )


@dataclass
class Line:
    """One sentence of a scripted answer; without a text it quotes its citation."""

    citation: Citation
    text: str = ""
    verdict: Label = Label.SUPPORTED
    new_paragraph: bool = False


def script(
    question: str,
    lines: Sequence[Line] = (),
    dropped: Sequence[DroppedSentence] = (),
    papers: Sequence[Paper] = PAPERS,
    **answer: object,
) -> list[Event]:
    """Return the events of an answer that says `lines`, or of a refusal without any."""
    text, sentences, citations = "", [], []
    for line in lines:
        if text:
            text += "\n\n" if line.new_paragraph else " "
        said = line.text or line.citation.quote
        sentences.append(
            AnswerSentence(
                text=said,
                start=len(text),
                end=len(text) + len(said),
                citations=(line.citation.marker,),
                verdict=line.verdict,
                score=1.0,
                reasons=("verbatim: a sentence of the source",)
                if line.verdict is Label.SUPPORTED
                else (),
            )
        )
        citations.append(line.citation)
        text += f"{said} [{line.citation.marker}]"
    hits = tuple(Hit(paper, 1.0 / rank, rank) for rank, paper in enumerate(papers, 1))
    final = {
        "text": text or "The library does not answer this: nothing on it.",
        "refused": not lines,
        "reason": None if lines else "nothing on it",
        "coverage": Coverage() if lines else Coverage(missing=("france",)),
        "engine": "extractive",
        "library": LibraryStamp("f", len(papers)),
        **answer,
    }
    events = [Event("retrieval", hits=hits)]
    events += [
        Event("sentence", sentence=sentence, citations=(citation,))
        for sentence, citation in zip(sentences, citations, strict=True)
    ]
    events += [Event("dropped", dropped=row) for row in dropped]
    retrieved = tuple(Retrieved(h.paper.paper_id, h.paper.title, h.score, h.rank) for h in hits)
    done = Answer(
        question=question,
        sentences=tuple(sentences),
        citations=tuple(citations),
        dropped=tuple(dropped),
        retrieved=retrieved,
        **final,
    )
    return [*events, Event("done", answer=done)]


DRIFT = "The median drift is 3 seconds a month."
STEEL = "Steel housings halve it."
CLOUD = "Under cloud their error grows to 20 minutes."


def drift_answer(question: str) -> list[Event]:
    lines = [
        Line(cite(QUARTZ, DRIFT, 1)),
        Line(cite(QUARTZ, STEEL, 2), "Housings of steel halve the drift.", Label.ATTRIBUTED),
        Line(cite(SUNDIAL, CLOUD, 3), new_paragraph=True),
    ]
    dropped = [DroppedSentence("Clocks drift 9 seconds.", Label.CONTRADICTED, ("number 9",))]
    return script(question, lines, dropped)


def _checked(text: str, start: int) -> CheckedSentence:
    for paper in PAPERS:
        if (at := paper.abstract.find(text)) >= 0:
            evidence = (Evidence(paper, at, at + len(text)),)
            reasons = ("verbatim: a sentence of the source",)
            verdict = Verdict(Label.SUPPORTED, 1.0, evidence, reasons)
            return CheckedSentence(text, start, start + len(text), verdict, proposed=evidence[0])
    nothing = Verdict(Label.UNSUPPORTED, 0.0, (), ("no passage says this",))
    return CheckedSentence(text, start, start + len(text), nothing)


@dataclass
class ScriptedLibrary:
    papers: Mapping[str, Paper]
    path: Path = Path("/somewhere/clocks")
    fingerprint: str = "f"
    embedder: SimpleNamespace = field(default_factory=lambda: SimpleNamespace(name="scripted"))

    @property
    def count(self) -> int:
        return len(self.papers)

    def paper(self, paper_id: str) -> Paper:
        if paper_id not in self.papers:
            raise LibraryError(f"no paper {paper_id!r} in this library")
        return self.papers[paper_id]

    def papers_by_id(self, paper_ids: Sequence[str]) -> list[Paper]:
        return [self.papers[each] for each in paper_ids if each in self.papers]

    @property
    def paper_list(self) -> PaperList:
        return PaperList(
            (n, p.paper_id, p.title, json.dumps(p.authors), p.venue, p.year, "2026-01-31 10:00:00")
            for n, p in enumerate(self.papers.values())
        )

    @property
    def record(self) -> SimpleNamespace:
        return SimpleNamespace(paper=self.papers.get, ids_of_key=lambda key: [])

    def count_of(self, filters: Filters) -> int:
        return sum(matches(paper, date.min, filters) for paper in self.papers.values())


@dataclass
class ScriptedConversation:
    assistant: "ScriptedAssistant"
    id: str
    turns: list[KeptTurn] = field(default_factory=list)
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    filters: list[Filters] = field(default_factory=list)

    def stream(
        self, question: str, *, engine: str | None = None, filters: Filters = NO_FILTERS
    ) -> Iterator[Event]:
        self.asked.append((question, engine))
        self.filters.append(filters)
        for number, event in enumerate(self.assistant.play(question)):
            if number == self.assistant.stall_at:
                self.assistant.stalled.set()
                self.assistant.go_on.wait(timeout=30)
            if event.answer is not None:
                self.turns.append(KeptTurn("", event.answer))
            yield event


class ScriptedAssistant:
    """Plays `play(question)`; waits before event `stall_at` until `go_on` is set."""

    def __init__(
        self,
        play: Callable[[str], list[Event]] = drift_answer,
        papers: Sequence[Paper] = PAPERS,
        config: Config | None = None,
    ) -> None:
        self.play = play
        self.config = config or Config(library=Path("/somewhere/clocks"))
        self.library = ScriptedLibrary({paper.paper_id: paper for paper in papers})
        self.conversations: list[ScriptedConversation] = []
        self.follow_ups: tuple[str, ...] = ()
        self.stall_at: int | None = None
        self.stalled, self.go_on = threading.Event(), threading.Event()

    def suggestions(self, answer: Answer, *, filters: Filters = NO_FILTERS) -> tuple[str, ...]:
        return self.follow_ups if answer.citations else ()

    def table(self, question: str, *, filters: Filters = NO_FILTERS) -> PaperTable:
        row = Row(QUARTZ.paper_id, QUARTZ.title, QUARTZ.year, (cite(QUARTZ, DRIFT), None))
        return PaperTable(question, ("result", "data"), (row,))

    def references(self, text: str) -> list[CheckedReference]:
        return []

    def check(self, text: str, references: object) -> list[CheckedSentence]:
        """Find each sentence supported that a paper says to the letter, and no other."""
        return [_checked(span.of(text), span.start) for span in split_sentences(text)]

    def conversation(self, conversation_id: str | None = None) -> ScriptedConversation:
        known = {conversation.id: conversation.turns for conversation in self.conversations}
        if conversation_id and not known.get(conversation_id):
            raise UsageError(f"no conversation {conversation_id!r} in this library")
        name = conversation_id or f"c{len(self.conversations)}"
        self.conversations.append(ScriptedConversation(self, name, list(known.get(name, ()))))
        return self.conversations[-1]

    def __deepcopy__(self, memo: object) -> None:
        raise AssertionError("the assistant is held by reference, never copied")
