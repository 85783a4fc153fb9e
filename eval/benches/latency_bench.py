"""The bench of latency: what checking adds to a model's own stream, over real HTTP."""

import argparse
import os
import random
import re
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import partial
from statistics import median
from typing import TYPE_CHECKING, Any

from assistant import __version__
from assistant.errors import UsageError
from assistant.sentences import split_sentences
from eval.bench import Bench, Call
from eval.benches.rewording import reword
from eval.benches.token_server import token_server
from eval.table import align

if TYPE_CHECKING:
    from assistant.ask import Assistant
    from assistant.llm import ChatModel

BAR = 1.05
QUESTION = "What is the Vendi Score and how is it defined?"
"""About the sample library."""
ROUNDS = 5
RATE = 50.0
SENTENCES = 5
_TOKEN = re.compile(r"\s*\S{1,6}")
"""A piece of four to five characters in the mean, as tokens of English are."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the numbers hold for."""

    tokens: int
    tokens_per_s: float
    sentences: int
    rounds: int
    papers: int
    embedder: str
    cores: int
    version: str


@dataclass(frozen=True, slots=True)
class Round:
    """One turn, in seconds from the request: the bare stream's end, our end, our first sentence.

    `ours_s` and `first_sentence_s` count from the model's being asked, as `bare_s` does;
    what goes before, retrieval and evidence, is `before_s`.
    """

    bare_s: float
    ours_s: float
    first_sentence_s: float
    before_s: float


@dataclass(frozen=True, slots=True)
class LatencyReport:
    """The rounds, and what they come to."""

    settings: Settings
    rounds: tuple[Round, ...]

    @property
    def ratio(self) -> float:
        """The median over the rounds of our end over the bare stream's."""
        return median(each.ours_s / each.bare_s for each in self.rounds)

    @property
    def whole_ratio(self) -> float:
        """The same with retrieval and evidence counted to ours."""
        return median((each.before_s + each.ours_s) / each.bare_s for each in self.rounds)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain JSON values."""
        return {
            "settings": asdict(self.settings),
            "ratio": round(self.ratio, 4),
            "whole_ratio": round(self.whole_ratio, 4),
            "bar": BAR,
            "met": self.ratio <= BAR,
            "rounds": [asdict(each) for each in self.rounds],
        }


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add how fast the double writes, and how often both are run."""
    parser.add_argument(
        "--rate", type=float, metavar="N", default=RATE, help=f"tokens a second ({RATE:g})"
    )
    parser.add_argument("--question", default=QUESTION, help="what is asked (%(default)s)")
    parser.add_argument(
        "--rounds", type=int, metavar="N", default=ROUNDS, help=f"turns of both ({ROUNDS})"
    )


def run(call: Call) -> int:
    """Time the bare stream and the checked answer in turn.

    Raises:
        UsageError: rate or rounds are not above 0, or the library does not answer the question.
    """
    arguments = call.arguments
    if not (arguments.rate > 0 and arguments.rounds > 0):
        raise UsageError("--rate and --rounds need numbers above 0")
    with call.open() as assistant:
        question = arguments.question
        report = measure_latency(assistant, question, arguments.rate, arguments.rounds)
    return call.tell(report.to_dict(), render_latency(report))


def measure_latency(
    assistant: "Assistant", question: str, tokens_per_s: float, rounds: int
) -> LatencyReport:
    """Return what was measured over a double that writes the first sentences of an abstract.

    Every other one is reworded, which takes the whole check.

    Raises:
        UsageError: the library does not answer the question.
    """
    from assistant.llm import OpenAIModel

    tokens = _TOKEN.findall(_draft(assistant, question))
    with token_server(tokens, tokens_per_s) as url:
        config = replace(assistant.config, engine="openai", base_url=url, model="metronome")
        model = OpenAIModel(url, "none", "metronome", config)
        assistant.use_model("openai", model)
        ask = partial(_checked, assistant, question)
        ask()  # nothing is loaded while the clock runs
        timed = tuple(_round(ask, model, bare_first=n % 2 == 0) for n in range(rounds))
    settings = Settings(
        tokens=len(tokens),
        tokens_per_s=tokens_per_s,
        sentences=SENTENCES,
        rounds=rounds,
        papers=assistant.library.count,
        embedder=assistant.library.embedder.name,
        cores=os.cpu_count() or 1,
        version=__version__,
    )
    return LatencyReport(settings, timed)


def render_latency(report: LatencyReport) -> str:
    """Return the report as text: verdict, settings, times."""
    settings = report.settings
    rows = [["round", "bare stream", "checked", "ratio", "first sentence", "before it"]]
    for number, each in enumerate(report.rounds, 1):
        times = (each.bare_s, each.ours_s, each.first_sentence_s, each.before_s)
        bare, ours, first, before = (f"{seconds:.3f} s" for seconds in times)
        rows.append([str(number), bare, ours, f"{each.ours_s / each.bare_s:.3f}", first, before])
    met = "met" if report.ratio <= BAR else "missed"
    lines = [
        f"checked / bare stream {report.ratio:.3f}, bar {BAR:g}: {met}; "
        f"with retrieval and evidence {report.whole_ratio:.3f}",
        "",
        f"stream      {settings.tokens} tokens at {settings.tokens_per_s:g} a second over HTTP "
        f"on loopback, {settings.sentences} sentences, every other one reworded",
        f"library     {settings.papers} papers, embedder {settings.embedder}",
        f"version     {settings.version}, {settings.cores} cores; medians of {settings.rounds} "
        "rounds, both in turn",
        "",
        *align(rows),
    ]
    return "\n".join(lines)


def _draft(assistant: "Assistant", question: str) -> str:
    """Return sentences as a model would write them, of the paper that answers best."""
    abstract = assistant.search(question, 1)[0].paper.abstract
    sentences = [span.of(abstract) for span in split_sentences(abstract)][:SENTENCES]
    rng = random.Random(0)
    said = [reword(text, rng) if n % 2 else text for n, text in enumerate(sentences)]
    return " ".join(f"{text} [1]" for text in said)


def _round(
    ask: Callable[[], tuple[float, float, float]], model: "ChatModel", bare_first: bool
) -> Round:
    """Run both, in this order or the other one."""
    bare = _seconds(model) if bare_first else None
    ours, first, before = ask()
    return Round(_seconds(model) if bare is None else bare, ours, first, before)


def _seconds(model: "ChatModel") -> float:
    began = time.perf_counter()
    for _ in model.stream("?"):
        pass
    return time.perf_counter() - began


def _checked(assistant: "Assistant", question: str) -> tuple[float, float, float]:
    """Return when the answer and its first sentence came after the model was asked, and that.

    Raises:
        UsageError: there was no sentence.
    """
    began = time.perf_counter()
    came: dict[str, float] = {}
    for event in assistant.stream(question, engine="openai"):
        came.setdefault(event.kind, time.perf_counter() - began)
    if "sentence" not in came:
        raise UsageError("the library does not answer that; give a --question that it does")
    before = came["retrieval"]
    return came["done"] - before, came["sentence"] - before, before


BENCH = Bench("what checking adds to the time of a model's stream", add_arguments, run)
