"""What the bench of speed found, as values and as text. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from eval.benches.timing import Times
from eval.table import align


@dataclass(frozen=True, slots=True)
class Ratio:
    """The median time of a call of ours over that of what it is held against; low is good."""

    what: str
    against: str
    papers: int
    ours: Times
    theirs: Times
    bar: float

    @property
    def value(self) -> float:
        """How many times as long ours takes."""
        return self.ours.p50_ms / self.theirs.p50_ms

    @property
    def is_met(self) -> bool:
        """Whether the ratio is at the bar or below."""
        return self.value <= self.bar


@dataclass(frozen=True, slots=True)
class Share:
    """How much of what should be found is found, in the mean over the queries; 1 is all."""

    what: str
    against: str
    papers: int
    value: float
    bar: float

    @property
    def is_met(self) -> bool:
        """Whether the share is at the bar or above."""
        return self.value >= self.bar


@dataclass(frozen=True, slots=True)
class Settings:
    """What the numbers hold for; `chunks` are by number of papers."""

    model: str
    chunks: Mapping[int, int]
    queries: int
    words_per_query: float
    top_k: int
    years: int
    exact_up_to_chunks: int
    in_memory_up_to_chunks: int
    cold_rounds: int
    cores: int
    chromadb: str
    version: str


@dataclass(frozen=True, slots=True)
class SpeedReport:
    """Settings, ratios of times, and shares."""

    settings: Settings
    ratios: tuple[Ratio, ...]
    shares: tuple[Share, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain JSON values; times are in milliseconds."""
        return {
            "settings": asdict(self.settings) | {"vectors": "made up, but for a query's time"},
            "ratios": [_ratio_dict(each) for each in self.ratios],
            "shares": [asdict(each) | {"met": each.is_met} for each in self.shares],
        }


def render_speed(report: SpeedReport) -> str:
    """Return the report as text: settings, ratios, shares."""
    parts = [_setting_lines(report.settings), _ratio_lines(report.ratios)]
    return "\n\n".join("\n".join(lines) for lines in [*parts, _share_lines(report.shares)])


def _setting_lines(settings: Settings) -> list[str]:
    sizes = ", ".join(f"{papers} ({chunks})" for papers, chunks in settings.chunks.items())
    return [
        f"papers      {sizes} (chunks)",
        f"vectors     made up, lying about as those of {settings.model} do; where a query",
        "            is embedded the model takes its time, and gives a made-up vector",
        f"queries     {settings.queries} titles and sentences of other papers, "
        f"{settings.words_per_query:.0f} words in the mean; top {settings.top_k}",
        "times       milliseconds, p50 and p90; ours and theirs in turn for each query",
        "raw query   Chroma's own, as by default; a lean one gives ids and distances only",
        f"filter      one year of {settings.years}: {100 / settings.years:.0f} % of the papers",
        f"bare parts  loading of onnxruntime, model and chromadb, embedding, lean raw query; "
        f"{settings.cold_rounds} processes",
        f"dense list  exact up to {settings.exact_up_to_chunks} chunks, of the likely ones up to "
        f"{settings.in_memory_up_to_chunks}, by Chroma's graph beyond",
        f"version     {settings.version}, chromadb {settings.chromadb}, {settings.cores} cores",
    ]


def _ratio_lines(ratios: Sequence[Ratio]) -> list[str]:
    header = ["ours / theirs", "papers", "ours", "p90", "theirs", "p90", "ratio", "bar", ""]
    rows = [
        [
            f"{each.what} / {each.against}",
            str(each.papers),
            *(_milliseconds(value) for value in (*each.ours, *each.theirs)),
            f"{each.value:.2f}",
            f"{each.bar:g}",
            _verdict(each.is_met),
        ]
        for each in ratios
    ]
    return align([header, *rows])


def _share_lines(shares: Sequence[Share]) -> list[str]:
    header = ["found / what should be", "papers", "share", "bar", ""]
    rows = [
        [
            f"{each.what} / {each.against}",
            str(each.papers),
            f"{each.value:.4f}",
            f"{each.bar:g}",
            _verdict(each.is_met),
        ]
        for each in shares
    ]
    return align([header, *rows])


def _milliseconds(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.2f}"


def _verdict(is_met: bool) -> str:
    return "met" if is_met else "missed"


def _ratio_dict(ratio: Ratio) -> dict[str, Any]:
    times = {"ours": ratio.ours._asdict(), "theirs": ratio.theirs._asdict()}
    found = {"ratio": round(ratio.value, 4), "met": ratio.is_met}
    return {"what": ratio.what, "against": ratio.against, "papers": ratio.papers} | (
        times | found | {"bar": ratio.bar}
    )
