"""A double of Assistant for the tests of the evaluation: it plays prepared answers."""

from dataclasses import dataclass, field

from doubles import HashingEmbedder

from assistant.config import Config
from assistant.embedding import Embedder
from assistant.types import (
    Answer,
    AnswerSentence,
    CheckedSentence,
    Citation,
    Hit,
    Label,
    LibraryStamp,
    Paper,
    Retrieved,
    Verdict,
)
from eval.cases import Case, Falsehood, Paraphrase
from eval.jobs import run_all
from eval.runner import case_jobs

DRIFT = Paper(
    "p1", "Quartz Drift", "Clocks drift. The median drift is 3 seconds. Steel housings halve it."
)
CLOUD = Paper("p2", "Sundials under Cloud", "Under cloud the error of sundials is 20 minutes.")
WATER = Paper("p3", "Water Clocks", "Water clocks freeze in winter [0, 1].")
PAPERS = (DRIFT, CLOUD, WATER)

MEDIAN = "The median drift is 3 seconds."
STEEL = "Steel housings halve it."
FREEZE = "Water clocks freeze in winter [0, 1]."

SINGLE = Case(
    id="s1",
    kind="single",
    question="How far do they go off?",
    split="dev",
    gold=("Quartz Drift",),
    facts=(("3 seconds",),),
)
MULTI = Case(
    id="m1",
    kind="multi",
    question="How exact are old clocks?",
    split="test",
    gold=("Quartz Drift", "Sundials under Cloud"),
    may=("Water Clocks",),
    facts=(("3 seconds",), ("20 minutes", "twenty minutes")),
)
NEAR_MISS = Case(id="n1", kind="near_miss", question="How many atoms drift?", split="test")
OFF_TOPIC = Case(id="o1", kind="off_topic", question="Who won the match?", split="dev")
CASES = (SINGLE, MULTI, NEAR_MISS, OFF_TOPIC)

TRUE = Paraphrase(
    id="p1",
    title="Quartz Drift",
    source=MEDIAN,
    text="Half of them are off by over 3 s.",
    degree="heavy",
    split="dev",
)
FALSE = Falsehood(
    id="f1",
    title="Quartz Drift",
    source=MEDIAN,
    text="The median drift is 3 hours.",
    kind="unit",
    wrong="it is seconds",
    split="test",
)


def cite(paper: Paper, quote: str, marker: int = 1) -> Citation:
    start = paper.abstract.index(quote)
    return Citation(marker, paper.paper_id, paper.title, quote, start, start + len(quote))


def answer(*lines: tuple[str, tuple[Citation, ...]], label: Label = Label.SUPPORTED) -> Answer:
    """Return an answer that shows each line's text, then its markers after the full stop."""
    text, sentences, citations = "", [], {}
    for said, cited in lines:
        start = len(text)
        markers = tuple(citation.marker for citation in cited)
        sentences.append(AnswerSentence(said, start, start + len(said), markers, label, 1.0))
        citations |= {citation.marker: citation for citation in cited}
        text += said + "".join(f" [{marker}]" for marker in markers) + " "
    return Answer(
        question="",
        text=text.strip(),
        refused=False,
        engine="extractive",
        sentences=tuple(sentences),
        citations=tuple(citations.values()),
        retrieved=tuple(Retrieved(p.paper_id, p.title, 1.0, r) for r, p in enumerate(PAPERS, 1)),
    )


def refusal() -> Answer:
    return Answer("", "The library does not cover this.", refused=True, engine="extractive")


def quoting(*pairs: tuple[Paper, str]) -> Answer:
    """Return an answer of verbatim quotations."""
    return answer(*((quote, (cite(p, quote, n),)) for n, (p, quote) in enumerate(pairs, 1)))


@dataclass
class ScriptedLibrary:
    stored: tuple[Paper, ...] = PAPERS
    stamp: LibraryStamp = LibraryStamp("f1n9e8", 3)
    embedder: Embedder = field(default_factory=HashingEmbedder)

    def papers(self):
        return iter(self.stored)

    @property
    def count(self) -> int:
        return len(self.stored)

    @property
    def fingerprint(self) -> str:
        return self.stamp.fingerprint


@dataclass
class ScriptedSubject:
    """Answers and finds what the script says by question; an exception is raised."""

    answers: dict[str, Answer | Exception] = field(default_factory=dict)
    found: dict[str, tuple[Paper, ...] | Exception] = field(default_factory=dict)
    library: ScriptedLibrary = field(default_factory=ScriptedLibrary)
    config: Config = field(default_factory=lambda: Config(checker=False))
    searched: list[tuple[str, int]] = field(default_factory=list)
    verdicts: dict[str, Verdict | Exception] = field(default_factory=dict)

    def ask(self, question, engine=None):
        return play(self.answers.get(question, refusal()))

    def search(self, query, top_k=10):
        self.searched.append((query, top_k))
        found = play(self.found.get(query, ()))
        return [Hit(paper, 1 / rank, rank) for rank, paper in enumerate(found, 1)]

    def check(self, text):
        verdict = play(self.verdicts.get(text, Verdict(Label.UNSUPPORTED, 0.0)))
        return [CheckedSentence(text, 0, len(text), verdict)]

    def conversation(self):
        return self


def play(scripted):
    if isinstance(scripted, Exception):
        raise scripted
    return scripted


def perfect_subject(**answers) -> ScriptedSubject:
    """Answer and refuse every case of CASES rightly, but for `answers` by case id."""
    right = {
        "s1": quoting((DRIFT, MEDIAN)),
        "m1": quoting((DRIFT, MEDIAN), (CLOUD, CLOUD.abstract)),
        "n1": refusal(),
        "o1": refusal(),
    } | answers
    return ScriptedSubject(
        answers={case.question: right[case.id] for case in CASES},
        found={SINGLE.question: (DRIFT,), MULTI.question: (CLOUD, DRIFT, WATER)},
    )


def scores_of(case, given, found=()):
    subject = ScriptedSubject({case.question: given}, {case.question: found})
    (result,) = run_all(case_jobs(subject, [case]))
    return result.scores


def values_of(case, given, found=()):
    scores = scores_of(case, given, found).items()
    return {name: s.value for name, s in scores if s.value is not None}
