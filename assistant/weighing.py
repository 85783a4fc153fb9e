"""What the cheap checks and the checker's reading come to: the verdict on a claim.

Where the checker read nothing, the right source without a clash makes `attributed`, and a
clash vetoes. Where it did, all that is known of a claim and a passage makes one probability,
by a logistic regression on held-out statements: how nearly the passage speaks of the same, what
clashes, and what the checker makes of it. Some clashes veto still, numbers and names among
them: code sees these better than a small model does.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from assistant.agreement import NO_DISAGREEMENT, Clash
from assistant.checker import Reading
from assistant.relevance import MIN_PROBABILITY, Signs
from assistant.types import Evidence, Label, Verdict

FILE = Path(__file__).with_suffix(".json")
IN_A_COPY = " in a near copy"
MEASURES = ("says", "denies", "relevance", "coverage", "cosine", "irrelevant", "near copy")
"""What is measured: the first three in log-odds, the last two are there or not."""
SURE_OF_A_COPY = 0.85
"""Of held-out copies in a few other words four in five are read so, of twisted ones a fifth."""
_LEAST = 1e-4
"""A probability nearer to 0 or 1 than this counts as so near."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What the cheap checks find of a claim, given a passage."""

    evidence: Evidence
    signs: Signs
    clashes: tuple[Clash, ...] = ()
    near_copy: bool = False
    """Whether the claim is the passage but for a word or two."""

    @property
    def is_open(self) -> bool:
        """Whether what the checker makes of it can matter: it is relevant, and no clash decides."""
        decided = any(self._vetoes(clash, sure=True) for clash in self.clashes)
        return self.evidence.score >= MIN_PROBABILITY and not decided

    def veto(self, reading: Reading) -> Clash | None:
        """Return the first clash that decides whatever else is known.

        In a near copy all do, but for other words where the checker is sure that they say the
        same.
        """
        sure = reading.says >= SURE_OF_A_COPY
        return next((clash for clash in self.clashes if self._vetoes(clash, sure)), None)

    def _vetoes(self, clash: Clash, sure: bool) -> bool:
        return clash.vetoes or (self.near_copy and not (sure and clash.kind == "words"))

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of clash as they are weighed: those in a near copy tell more."""
        where = IN_A_COPY if self.near_copy else ""
        return frozenset(f"{clash.kind}{where}" for clash in self.clashes)


@dataclass(frozen=True, slots=True)
class Fitted:
    """The weights of what is known, in log-odds, and the probabilities at which a word is said.

    `measures` are by the names in `MEASURES`, `clashes` by kind, see `Finding.kinds`.
    `supported`, `attributed` and `contradicted` are least probabilities: the first two that the
    passage says the claim, the last that it says the opposite.
    """

    fitted_on: str
    intercept: float
    measures: Mapping[str, float]
    clashes: Mapping[str, float]
    supported: float
    attributed: float
    contradicted: float

    def probability(self, finding: Finding, reading: Reading) -> float:
        """Return the probability that the passage says the claim."""
        known = measured(finding, reading)
        odds = self.intercept + sum(self.measures[name] * known[name] for name in MEASURES)
        odds += sum(self.clashes.get(kind, 0.0) for kind in finding.kinds)
        return 1 / (1 + math.exp(-odds))


def measured(finding: Finding, reading: Reading) -> dict[str, float]:
    """Return what is measured of a claim and a passage, by the names in `MEASURES`."""
    relevance = finding.evidence.score
    values = (
        _log_odds(reading.says),
        _log_odds(reading.denies),
        _log_odds(relevance),
        finding.signs.coverage,
        finding.signs.cosine,
        float(relevance < MIN_PROBABILITY),
        float(finding.near_copy),
    )
    return dict(zip(MEASURES, values, strict=True))


@cache
def read_fitted() -> Fitted:
    """Return what ships; ``paper-assistant bench checker-fit --write`` writes it."""
    return Fitted(**json.loads(FILE.read_text("utf-8")))


def weigh(
    findings: Sequence[Finding], readings: Sequence[Reading], fitted: Fitted | None = None
) -> Verdict:
    """Return the verdict on a claim: of the passage that decides it.

    Where the checker read them, that is the likeliest of those that say it; else of those that
    deny it; else of all. Where it did not, the nearest that the comparison decides.

    Args:
        findings: of the passages that have a say, nearest first.
        readings: the checker's, one a finding; of those that are not open they don't matter.
        fitted: the weights; those that ship if None.
    """
    if skipped := next((each.skipped for each in readings if each.skipped), ""):
        verdict = _nearest([_by_code(finding) for finding in findings])
        return replace(verdict, reasons=(*verdict.reasons, f"entailment: skipped, {skipped}"))
    held = fitted or read_fitted()
    verdicts = [
        _by_all(finding, reading, held) if finding.is_open else _by_code(finding)
        for finding, reading in zip(findings, readings, strict=True)
    ]
    return max(verdicts, key=_decides)


def _decides(verdict: Verdict) -> tuple[bool, bool, float]:
    """Return by what a verdict goes before others: shown, else contradicted, else likelier."""
    return verdict.label.shown, verdict.label is Label.CONTRADICTED, verdict.score


def _by_code(finding: Finding) -> Verdict:
    """Return the verdict of the cheap checks alone."""
    evidence = finding.evidence
    label, reason = Label.ATTRIBUTED, NO_DISAGREEMENT
    if evidence.score < MIN_PROBABILITY:
        label, reason = Label.UNSUPPORTED, "relevance: no passage says this"
    elif finding.clashes:
        clash = next((each for each in finding.clashes if each.vetoes), finding.clashes[0])
        label, reason = clash.label, f"{clash.kind}: {clash.told}"
    return Verdict(label, evidence.score, (evidence,), (reason, _measures(finding)))


def _by_all(finding: Finding, reading: Reading, fitted: Fitted) -> Verdict:
    """Return the verdict of the cheap checks and the checker together."""
    chance = fitted.probability(finding, reading)
    if veto := finding.veto(reading):
        label = veto.label
    elif chance >= fitted.attributed:
        label = Label.SUPPORTED if chance >= fitted.supported else Label.ATTRIBUTED
    elif reading.denies >= fitted.contradicted or _turned_round(finding):
        label = Label.CONTRADICTED
    else:
        label = Label.UNSUPPORTED
    reasons = (*_compared(finding, veto, label), _measures(finding), _told(reading, chance))
    return Verdict(label, chance, (finding.evidence,), reasons)


def _turned_round(finding: Finding) -> bool:
    """Whether the comparison found it turned round."""
    return any(clash.label is Label.CONTRADICTED for clash in finding.clashes)


def _compared(finding: Finding, veto: Clash | None, label: Label) -> tuple[str, ...]:
    """Return what the comparison found; nothing, where it is not what failed."""
    if finding.clashes:
        clash = veto or finding.clashes[0]
        return (f"{clash.kind}: {clash.told}",)
    return (NO_DISAGREEMENT,) if label.shown else ()


def _told(reading: Reading, chance: float) -> str:
    return (
        f"entailment: the passage says this {reading.says:.2f}, the opposite {reading.denies:.2f}; "
        f"all checks together {chance:.2f}"
    )


def _measures(finding: Finding) -> str:
    signs = finding.signs
    return (
        f"probability {finding.evidence.score:.2f} (overlap {signs.coverage:.2f}, "
        f"cosine {signs.cosine:.2f}, topic {signs.topic:.2f})"
    )


def _nearest(verdicts: Sequence[Verdict]) -> Verdict:
    """Return the first verdict, by nearness, that isn't `unsupported`; the first of all if none.

    Of a pair, what one of its sentences decides by itself goes first: the other may
    have brought no more than a "not".
    """
    deciding = [verdict for verdict in verdicts if verdict.label is not Label.UNSUPPORTED]
    if not deciding:
        return verdicts[0]
    nearest, *others = deciding
    return next((verdict for verdict in others if _lies_within(verdict, nearest)), nearest)


def _lies_within(inner: Verdict, outer: Verdict) -> bool:
    (part,), (whole,) = inner.evidence, outer.evidence
    return part.paper == whole.paper and whole.start <= part.start and part.end <= whole.end


def _log_odds(chance: float) -> float:
    held = min(max(chance, _LEAST), 1 - _LEAST)
    return math.log(held / (1 - held))
