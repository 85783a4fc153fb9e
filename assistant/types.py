"""The words of the project as small frozen values; imports nothing of ours.

The shapes here are the contract between the library, the command, the chat and
the evaluation. `Answer.to_dict` is what ``paper-assistant ask --json`` prints.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, slots=True)
class Paper:
    """What one source says about a paper, or what all of a library's sources say together.

    `abstract` is stored exactly as it was read, "" if there is none. `other_urls` and
    `other_sources` stand beside `url` and `source`: those of a preprint, say. `tags` are its
    keywords, those that a person gave it among them.
    """

    paper_id: str
    title: str
    abstract: str
    authors: tuple[str, ...] = ()
    year: int | None = None
    venue: str | None = None
    url: str | None = None
    doi: str | None = None
    arxiv_id: str | None = None
    source: str | None = None
    other_urls: tuple[str, ...] = ()
    other_sources: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of character offsets into a text."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """Return the part of `text` that this span covers."""
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Chunk:
    """A run of whole sentences of one abstract: what is embedded and stored in Chroma.

    `span` is into the abstract; `text` is what the embedder reads: title, line break, sentences.
    """

    chunk_id: str
    paper_id: str
    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A paper found by a query. A higher score is better; ranks count from 1."""

    paper: Paper
    score: float
    rank: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """A passage of an abstract with exact offsets: ``quote == paper.abstract[start:end]``.

    `score` is its relevance to the question or the claim, higher is better.
    """

    paper: Paper
    start: int
    end: int
    score: float = 0.0

    @property
    def quote(self) -> str:
        """The words of the abstract that this evidence stands on."""
        return self.paper.abstract[self.start : self.end]

    @property
    def key(self) -> tuple[str, int, int]:
        """What makes two pieces of evidence the same: the paper and the place."""
        return (self.paper.paper_id, self.start, self.end)


def are_of_a_quotation(reasons: Iterable[str]) -> bool:
    """Whether the reasons of a verdict say that the sentence is one of the source's own."""
    return any(reason.startswith("verbatim") for reason in reasons)


class Label(StrEnum):
    """What the checks found out about one sentence."""

    SUPPORTED = "supported"
    """A verbatim quotation, or passed an entailment check."""
    ATTRIBUTED = "attributed"
    """Right source, and numbers and names agree; no entailment check is sure of it."""
    CONTRADICTED = "contradicted"
    UNSUPPORTED = "unsupported"
    CONNECTIVE = "connective"
    """A sentence without a claim, from a closed list of templates in our code."""

    @property
    def shown(self) -> bool:
        """Whether a sentence with this label may be part of an answer."""
        return self in (Label.SUPPORTED, Label.ATTRIBUTED, Label.CONNECTIVE)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of checking one sentence against sources.

    `evidence` is the passage that it stands on, if any; `score` lies in [0, 1];
    `reasons` name each check that decided, in the order in which they ran.
    """

    label: Label
    score: float
    evidence: tuple[Evidence, ...] = ()
    reasons: tuple[str, ...] = ()

    @property
    def is_verbatim(self) -> bool:
        """Whether the sentence is one of the source's own."""
        return are_of_a_quotation(self.reasons)


@dataclass(frozen=True, slots=True)
class CheckedSentence:
    """A sentence of a person's own text with its verdict; offsets are into that text.

    `cited` are the numbers of its markers in the text's own list of references, `remarks` what
    is wrong with them. Both are empty where the text has no such list. `proposed` is the passage
    to cite where the sentence holds, and cites no paper that says it.
    """

    text: str
    start: int
    end: int
    verdict: Verdict
    cited: tuple[int, ...] = ()
    remarks: tuple[str, ...] = ()
    proposed: Evidence | None = None


@dataclass(frozen=True, slots=True)
class DraftSentence:
    """A sentence that an engine proposes, and the evidence that it says it stands on.

    `hints` are only hints: the verifier decides. `invented` are the markers that the engine
    wrote and that name no evidence it was given. One not `complete` broke off at the end.
    """

    text: str
    hints: tuple[Evidence, ...] = ()
    invented: tuple[str, ...] = ()
    new_paragraph: bool = False
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Citation:
    """Marker ``[n]`` of an answer, tied to one quotation of one paper.

    `start` and `end` are offsets into the stored abstract, and
    ``quote == abstract[start:end]`` always.
    """

    marker: int
    paper_id: str
    title: str
    quote: str
    start: int
    end: int
    authors: tuple[str, ...] = ()
    year: int | None = None
    venue: str | None = None
    url: str | None = None
    doi: str | None = None
    arxiv_id: str | None = None


@dataclass(frozen=True, slots=True)
class AnswerSentence:
    """A sentence that the reader sees: ``answer.text[start:end] == text``.

    `text` may be tidied for reading (LaTeX residue); the quotations that its
    `citations` (markers) point to never are.
    """

    text: str
    start: int
    end: int
    citations: tuple[int, ...]
    verdict: Label
    score: float
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DroppedSentence:
    """A draft sentence that failed its check: kept on record, never shown as an answer."""

    text: str
    verdict: Label
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Retrieved:
    """A paper that retrieval returned; being retrieved is not being cited."""

    paper_id: str
    title: str
    score: float
    rank: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """The telling terms of the question that the evidence covers, and those it misses.

    The same of its `parts`, where it has several; `unmet` are the kinds of answer that are
    asked for and that the best paper does not give, in words.
    """

    covered: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    missing_parts: tuple[str, ...] = ()
    unmet: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LibraryStamp:
    """Which library answered: a fingerprint of its content and its number of papers."""

    fingerprint: str = ""
    papers: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """A checked answer, or a refusal.

    `reason` says why an answer is refused; on one that is not, what the reader must
    know: what the sources don't mention, or that another engine wrote it. `failure` says
    how the chosen model failed, if it did.
    `confidence` is the probability that the cited evidence answers, as far as it can be told
    before anything is drafted, None for a refusal; `record_id` is None for an answer that
    the library does not keep. `timings` are in seconds.
    """

    question: str
    text: str
    refused: bool
    engine: str
    reason: str | None = None
    model: str | None = None
    confidence: float | None = None
    sentences: tuple[AnswerSentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    retrieved: tuple[Retrieved, ...] = ()
    dropped: tuple[DroppedSentence, ...] = ()
    coverage: Coverage = Coverage()
    usage: Mapping[str, int] = field(default_factory=dict)
    timings: Mapping[str, float] = field(default_factory=dict)
    record_id: str | None = None
    library: LibraryStamp = LibraryStamp()
    failure: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as plain JSON values, in the order that readers expect."""
        plain = json.loads(json.dumps(asdict(self)))
        return {name: plain[name] for name in _ANSWER_ORDER}


_ANSWER_ORDER = (
    *("question", "text", "refused", "reason", "engine", "model", "failure", "confidence"),
    *("sentences", "citations", "retrieved", "dropped", "coverage"),
    *("usage", "timings", "record_id", "library"),
)


@dataclass(frozen=True, slots=True)
class Event:
    """One step of a streamed answer.

    `kind` is ``retrieval`` (`hits` is set), ``sentence`` (`sentence` and the `citations` that it
    is the first to use), ``dropped`` (`dropped` is set) or ``done`` (`answer`; always the last).
    """

    kind: str
    hits: tuple[Hit, ...] = ()
    sentence: AnswerSentence | None = None
    citations: tuple[Citation, ...] = ()
    dropped: DroppedSentence | None = None
    answer: Answer | None = None
