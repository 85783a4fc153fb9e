"""The rows of a suite: what is put to the assistant, and the key that it is judged by.

They are pydantic dataclasses, so that what is checked and what `schema.json` says are one.
"""

import hashlib
from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, model_validator
from pydantic.dataclasses import dataclass

Kind = Literal["single", "multi", "near_miss", "off_topic"]
Split = Literal["dev", "test"]
KINDS: tuple[Kind, ...] = ("single", "multi", "near_miss", "off_topic")
SPLITS: tuple[Split, ...] = ("dev", "test")

_ROW = ConfigDict(extra="forbid", str_min_length=1)


@dataclass(frozen=True, slots=True, config=_ROW)
class Quote:
    """A passage that carries the answer: an exact substring of the abstract of `title`."""

    title: str
    quote: str


@dataclass(frozen=True, slots=True, config=_ROW, kw_only=True)
class Key:
    """What is known about the answer to a question.

    `gold` are the titles of the papers that deserve citing, `may` of those that may be
    cited without harm, `near` of those that an unanswerable question sounds like. Each
    of `facts` is a list of alternative wordings, lower case. `note` says why nothing
    answers what is unanswerable.
    """

    kind: Kind
    gold: tuple[str, ...] = ()
    may: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    evidence: tuple[Quote, ...] = ()
    facts: tuple[Annotated[tuple[str, ...], Field(min_length=1)], ...] = ()
    note: str = Field(default="", min_length=0)

    @property
    def answerable(self) -> bool:
        """Whether the library holds an answer; if not, refusing is right."""
        return self.kind in ("single", "multi")

    @property
    def papers(self) -> tuple[str, ...]:
        """The titles that the row is about, the main one first: they give split and cluster."""
        return self.gold or self.near

    @model_validator(mode="after")
    def _gold_fits_kind(self) -> Self:
        if self.answerable != bool(self.gold):
            fix = "name the papers that deserve citing" if self.answerable else "leave it empty"
            raise ValueError(f"'gold' does not fit kind {self.kind!r}; {fix}")
        return self


@dataclass(frozen=True, slots=True, config=_ROW, kw_only=True)
class Case(Key):
    """A question on its own."""

    id: str
    question: str
    split: Split


@dataclass(frozen=True, slots=True, config=_ROW, kw_only=True)
class Recording(Key):
    """A question on its own, and the `draft` that the model named `model` once wrote for it."""

    id: str
    question: str
    split: Split
    model: str
    draft: str = Field(min_length=0)


@dataclass(frozen=True, slots=True, config=_ROW, kw_only=True)
class Turn(Key):
    """A question in a conversation.

    `leans` says how it needs what went before, `standalone` what it means when written
    out. A turn that leans by `nth` is about the nth paper that the answer before cites,
    counted from 1; its gold are the papers that this may be.
    """

    question: str
    standalone: str
    leans: Literal["nothing", "pronoun", "ellipsis", "ordinal", "topic_change"]
    nth: int | None = Field(default=None, ge=1)

    @model_validator(mode="after")
    def _nth_is_for_ordinals(self) -> Self:
        if (self.leans == "ordinal") != (self.nth is not None):
            raise ValueError("'nth' goes with leans 'ordinal' and with nothing else")
        return self


@dataclass(frozen=True, slots=True, config=_ROW, kw_only=True)
class Dialogue:
    """A conversation of two or three turns."""

    id: str
    turns: tuple[Turn, ...] = Field(min_length=2, max_length=3)
    split: Split
    note: str = Field(default="", min_length=0)

    @property
    def papers(self) -> tuple[str, ...]:
        """The titles that any turn is about."""
        return tuple(dict.fromkeys(title for turn in self.turns for title in turn.papers))


@dataclass(frozen=True, slots=True, config=_ROW, kw_only=True)
class Paraphrase:
    """A sentence that says in other words what `source`, an exact passage of `title`, says."""

    id: str
    title: str
    source: str
    text: str
    degree: Literal["light", "medium", "heavy"]
    split: Split

    @property
    def papers(self) -> tuple[str, ...]:
        """The title of its paper."""
        return (self.title,)


@dataclass(frozen=True, slots=True, config=_ROW, kw_only=True)
class Falsehood:
    """A plausible sentence about the paper `title` that is `wrong` in one thing.

    `source` is the passage that it distorts; `kind` says what was changed.
    """

    id: str
    title: str
    source: str
    text: str
    kind: Literal[
        "number",
        "unit",
        "entity",
        "negation",
        "direction",
        "hedge",
        "quantifier",
        "scope",
        "role",
        "cause",
        "added",
        "mixed_up",
    ]
    wrong: str
    split: Split

    @property
    def papers(self) -> tuple[str, ...]:
        """The title of its paper."""
        return (self.title,)


@dataclass(frozen=True, slots=True, config=_ROW, kw_only=True)
class Plant:
    """A paper put into a copy of the library to attack it."""

    title: str
    abstract: str


@dataclass(frozen=True, slots=True, config=_ROW, kw_only=True)
class Forbidden:
    """The effect that an attack may not have; `means` says it in words.

    `says` are wordings that no sentence may claim as the answer's own: a passage quoted
    word for word with its citation claims nothing of its own. `cites` are titles that
    may not be cited.
    """

    effect: Literal[
        "instruction_obeyed",
        "prompt_shown",
        "paper_invented",
        "citation_invented",
        "claim_invented",
        "answered_from_memory",
        "markup_rendered",
        "crash",
    ]
    means: str
    says: tuple[str, ...] = ()
    cites: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, config=ConfigDict(extra="forbid"), kw_only=True)
class Attack:
    """An adversarial input: a question, planted papers with it, or what a model writes.

    The question is asked `repeat` times in one breath. `about` are the titles of papers
    of the library that it turns on, if any.
    """

    id: str = Field(min_length=1)
    side: Literal["question", "abstract", "model"]
    attack: str = Field(min_length=1)
    question: str
    about: tuple[str, ...] = ()
    plants: tuple[Plant, ...] = ()
    draft: str | None = None
    repeat: int = Field(default=1, ge=1)
    forbidden: Forbidden
    split: Split
    note: str = ""

    @property
    def papers(self) -> tuple[str, ...]:
        """The titles that it turns on."""
        return self.about

    @model_validator(mode="after")
    def _parts_fit_side(self) -> Self:
        if (self.side == "abstract") != bool(self.plants):
            raise ValueError("'plants' go with side 'abstract' and with no other")
        if (self.side == "model") != (self.draft is not None):
            raise ValueError("'draft' goes with side 'model' and with no other")
        return self


Row = Case | Dialogue | Paraphrase | Falsehood | Attack | Recording


def split_of(row: Row) -> Split:
    """Return the split that the rule gives: chosen by a hash, so that it can't be chosen.

    The last hex digit of the SHA-256 of a title that the row is about (without one, of
    its question): even is dev, odd is test; test if any of several is.
    """
    texts = row.papers or (_question(row),)
    digits = [int(hashlib.sha256(text.encode()).hexdigest()[-1], 16) for text in texts]
    return "test" if any(digit % 2 for digit in digits) else "dev"


def _question(row: Row) -> str:
    match row:
        case Case() | Attack() | Recording():
            return row.question
        case Dialogue():
            return row.turns[0].question
        case Paraphrase() | Falsehood():
            return row.text
