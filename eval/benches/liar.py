"""A double of a model that cites at random and states falsehoods with real words."""

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from assistant.sentences import split_sentences
from assistant.tidy import tidy
from assistant.types import Paper
from eval.benches.lies import ELSEWHERE, KINDS, OF_OTHERS, Material, Passage, is_lie
from eval.benches.rewording import reword

SENTENCES = 6
"""How many a draft has: a third of them true, the others lies."""

_TRUE_SHARE = 1 / 3
_REWORDED_SHARE = 0.5
_OTHERS = 40
"""How many sentences of other papers a lie may draw on."""

_PAPER = re.compile(r"^Paper: (.+)$")
_EVIDENCE = re.compile(r"^\[\w{1,4}\] (.+)$")
_MARKS = (
    "[{0}]", "[{0}, {1}]", "[{0}][{1}]", "(source {0})", "【{0}】", "[^{0}]", "[{0}-{1}]",
    "<sup>{0}</sup>", "[Source: {0}]", "[[{0}]]", "",
)  # fmt: skip
_PLACES = ("{bare} {mark}.", "{bare}. {mark}", "{bare}.{mark}", "{mark} {bare}.")
_PIECE = 12


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence that the liar told.

    `kind` is one of `lies.KINDS`, or `TRUE`. `title` is the paper of the sentence that it
    was made of, `reworded` whether it is in other words than that.
    """

    text: str
    kind: str
    title: str
    reworded: bool

    @property
    def is_lie(self) -> bool:
        """Whether it is false."""
        return self.kind != TRUE


TRUE = "true"


@dataclass
class Liar:
    """Writes drafts for the prompts that it gets; what it `told` last is kept."""

    papers: Sequence[Paper]
    seed: int = 0
    name: str = "liar"
    usage: Mapping[str, int] = field(default_factory=dict)
    context_tokens: int | None = None
    told: tuple[Told, ...] = ()

    def stream(self, prompt: str) -> Iterator[str]:
        """Yield a draft of true sentences and lies about the evidence of the prompt."""
        rng = random.Random(f"{self.seed} {prompt}")
        shown = _evidence_of(prompt)
        told = self._tell(shown, rng) if shown else ()
        self.told = tuple({each.text: each for each in told if _is_plain(each.text)}.values())
        draft = " ".join(_marked(told.text, rng) for told in self.told)
        yield from (draft[at : at + _PIECE] for at in range(0, len(draft), _PIECE))

    @cached_property
    def _abstracts(self) -> dict[str, str]:
        """The papers' abstracts by their titles, both as a prompt shows them."""
        return {tidy(paper.title): tidy(paper.abstract) for paper in self.papers}

    def _tell(self, shown: Sequence[Passage], rng: random.Random) -> Iterator[Told]:
        titles = {passage.title for passage in shown}
        elsewhere = {title: text for title, text in self._abstracts.items() if title not in titles}
        others = _some(elsewhere, rng)
        for _ in range(SENTENCES):
            passages = rng.sample(shown, len(shown))
            if rng.random() < _TRUE_SHARE:
                yield _true(passages[0], rng)
                continue
            kind = rng.choice(list(KINDS))
            lies = (
                _lie(kind, Material(passage, self._abstracts.get(passage.title, ""), others), rng)
                for passage in passages
            )
            if lie := next(filter(None, lies), None):
                yield lie


def _true(passage: Passage, rng: random.Random) -> Told:
    reworded = rng.random() < _REWORDED_SHARE
    text = reword(passage.text, rng) if reworded else passage.text
    return Told(text, TRUE, passage.title, reworded and text != passage.text)


def _lie(kind: str, material: Material, rng: random.Random) -> Told | None:
    """Return a lie of a kind, in other words or not; None where the material has none.

    What is twisted is reworded before, lest the rewording leaves out what was twisted.
    """
    passage = material.passage
    reworded = rng.random() < _REWORDED_SHARE
    base = reword(passage.text, rng) if reworded and kind not in OF_OTHERS else passage.text
    twisted = KINDS[kind](replace(material, passage=Passage(passage.title, base)), rng)
    if twisted is None:
        return None
    text = reword(twisted, rng) if reworded and kind in OF_OTHERS else twisted
    if not is_lie(text, material) or len(split_sentences(text)) != 1:
        return None
    return Told(
        text, kind, _origin(kind, twisted, material), base != passage.text or text != twisted
    )


def _origin(kind: str, twisted: str, material: Material) -> str:
    if kind != ELSEWHERE:
        return material.passage.title
    return next(other.title for other in material.others if other.text == twisted)


def _some(abstracts: Mapping[str, str], rng: random.Random) -> list[Passage]:
    """Return sentences of papers, one of each."""
    found = []
    for title in rng.sample(list(abstracts), min(_OTHERS, len(abstracts))):
        if spans := split_sentences(abstracts[title]):
            found.append(Passage(title, rng.choice(spans).of(abstracts[title])))
    return found


def _is_plain(text: str) -> bool:
    """Whether nothing in it could be taken for a marker, which would be read out of it."""
    return not any(bracket in text for bracket in "[]【】")


def _marked(text: str, rng: random.Random) -> str:
    """Return a sentence with a marker that names anything, where a model might put it."""
    first = rng.choice((rng.randint(0, 12), rng.randint(13, 99), 999))
    mark = rng.choice(_MARKS).format(first, first + rng.randint(0, 3))
    return rng.choice(_PLACES).format(bare=text.rstrip("."), mark=mark)


def _evidence_of(prompt: str) -> list[Passage]:
    """Return the numbered sentences of a prompt with the titles above them."""
    title, found = "", []
    for line in prompt.splitlines():
        if paper := _PAPER.match(line):
            title = paper.group(1)
        elif (sentence := _EVIDENCE.match(line)) and title:
            found.append(Passage(title, sentence.group(1)))
    return found
