"""The perturbation test: what a verifier does with true sentences, and with each turned false.

A sentence is checked against its own paper alone, and with its citation moved against the
nearest other paper alone. What is caught of a kind of change stands beside the false alarms on
the same sentences unchanged: refusing everything catches everything.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from assistant.embedding import Embedder, Vectors
from assistant.grounding import Read, check
from assistant.sentences import split_sentences
from assistant.sources import Idf, Source
from assistant.types import Verdict
from eval.cases import Paraphrase
from eval.perturbations import PERTURBATIONS, names_in, perturb
from eval.perturbed import MOVED, VERBATIM
from eval.scores import Aggregate, Score, weighted_mean

NEGATION = "negation"
FALSE_ALARMS = "false alarms"

NEGATIONS = ("negation inserted", "negation removed")
BARS: Mapping[str, float] = {
    "number changed": 0.95,
    "entity swapped": 0.85,
    NEGATION: 0.85,
    "direction flipped": 0.80,
    MOVED: 0.95,
}
"""The least share to be caught; negations are counted together."""

MOST_FALSE_ALARMS = 0.10

Judge = Callable[[str, Source], Verdict]
"""Checks a sentence against one paper."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A true sentence and the same changed; `alarm` is whether the true one was refused."""

    kind: str
    row: str
    title: str
    split: str
    text: str
    caught: bool
    alarm: bool


@dataclass(frozen=True, slots=True)
class KindReport:
    """What became of one kind of change; `told_apart` counts pairs of which both are right."""

    kind: str
    caught: Aggregate
    false_alarms: Aggregate
    told_apart: Aggregate
    bar: float | None

    @property
    def met(self) -> bool | None:
        """Whether the bar is reached; None where there is none, or nothing was measured."""
        if self.bar is None or self.caught.value is None:
            return None
        return self.caught.value >= self.bar

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "caught": self.caught.to_dict(),
            "false_alarms": self.false_alarms.to_dict(),
            "told_apart": self.told_apart.to_dict(),
            "bar": self.bar,
            "met": self.met,
        }


@dataclass(frozen=True, slots=True)
class SplitReport:
    """The kinds of one split, and the false alarms on its sentences, reworded and verbatim."""

    split: str
    kinds: tuple[KindReport, ...]
    false_alarms: Aggregate
    verbatim_alarms: Aggregate

    @property
    def alarms_met(self) -> bool:
        """Whether false alarms stay within their bars, which is none on verbatim sentences."""
        reworded, verbatim = self.false_alarms.value or 0.0, self.verbatim_alarms.value or 0.0
        return reworded <= MOST_FALSE_ALARMS and verbatim == 0

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "kinds": {each.kind: each.to_dict() for each in self.kinds},
            "false_alarms": self.false_alarms.to_dict(),
            "verbatim_false_alarms": self.verbatim_alarms.to_dict(),
            "most_false_alarms": MOST_FALSE_ALARMS,
            "false_alarms_met": self.alarms_met,
        }


@dataclass(frozen=True, slots=True)
class Settings:
    """What the numbers hold for."""

    suite: str
    suite_sha256: str
    library_fingerprint: str
    library_papers: int
    embedder: str
    checker: str
    version: str

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self)


def judge_with(embedder: Embedder, idf: Idf, read: Read) -> Judge:
    """Return the verifier as a judge of a sentence and one paper; `read` is its checker's."""
    return lambda sentence, source: check(sentence, [source], embedder, idf, read)


class Pairs:
    """The pairs of paraphrases, judged against the papers of a library."""

    def __init__(self, sources: Sequence[Source], judge: Judge) -> None:
        """Find the neighbours and the names of the papers, which have a sentence each."""
        self._sources = sources
        self._judge = judge
        self._place = {source.paper.title: place for place, source in enumerate(sources)}
        self._topics = topics_of(sources)
        self._names = [names_in(f"{each.paper.title}. {each.paper.abstract}") for each in sources]

    def of(self, row: Paraphrase) -> Iterator[Pair]:
        """Yield every pair of a paraphrase, and one for each of its verbatim sentences."""
        own = self._place[row.title]
        source, neighbour = self._sources[own], self._sources[nearest_to(self._topics, own)]

        def refused(text: str, against: Source = source) -> bool:
            return not self._judge(text, against).label.shown

        alarm = refused(row.text)

        def pair(kind: str, text: str, caught: bool, alarm: bool = alarm) -> Pair:
            return Pair(kind, row.id, row.title, row.split, text, caught, alarm)

        others = _names_elsewhere(self._names, source)
        for kind in PERTURBATIONS:
            if changed := perturb(kind, row.id, row.text, others):
                yield pair(kind, changed, refused(changed))
        yield pair(MOVED, row.text, refused(row.text, neighbour))
        for span in split_sentences(row.source):
            verbatim = span.of(row.source)
            yield pair(VERBATIM, verbatim, False, refused(verbatim))


def topics_of(sources: Sequence[Source]) -> Vectors:
    """Return a row a paper, the mean of its sentences' vectors; shape (papers, dimension)."""
    return np.stack([source.topic_vector for source in sources])


def nearest_to(topics: Vectors, place: int) -> int:
    """Return the place of the row, of unit vectors, that is nearest to another one."""
    cosines = topics @ topics[place]
    cosines[place] = -np.inf
    return int(np.argmax(cosines))


def report_split(pairs: Sequence[Pair], split: str) -> SplitReport:
    """Return what came of the pairs of one split."""
    of_split = [pair for pair in pairs if pair.split == split]
    kinds = [kind for kind in PERTURBATIONS if kind not in NEGATIONS]
    named = [(kind, (kind,)) for kind in (*NEGATIONS, *kinds, MOVED)]
    return SplitReport(
        split=split,
        kinds=tuple(
            _report_kind(kind, [pair for pair in of_split if pair.kind in counted])
            for kind, counted in [(NEGATION, NEGATIONS), *named]
        ),
        false_alarms=_share([pair for pair in of_split if pair.kind == MOVED], "alarm"),
        verbatim_alarms=_share([pair for pair in of_split if pair.kind == VERBATIM], "alarm"),
    )


def _report_kind(kind: str, pairs: Sequence[Pair]) -> KindReport:
    return KindReport(
        kind=kind,
        caught=_share(pairs, "caught"),
        false_alarms=_share(pairs, "alarm"),
        told_apart=_mean([pair.caught and not pair.alarm for pair in pairs], pairs),
        bar=BARS.get(kind),
    )


def _share(pairs: Sequence[Pair], what: str) -> Aggregate:
    return _mean([getattr(pair, what) for pair in pairs], pairs)


def _mean(values: Sequence[bool], pairs: Sequence[Pair]) -> Aggregate:
    scores = [Score(float(value)) for value in values]
    return weighted_mean(scores, [pair.title for pair in pairs])


def _names_elsewhere(names: Sequence[Sequence[str]], source: Source) -> list[str]:
    """Return the names that other papers have and this one has not, in any case."""
    own = f"{source.paper.title} {source.paper.abstract}".lower()
    found = {name for of_paper in names for name in of_paper if name.lower() not in own}
    return sorted(found)
