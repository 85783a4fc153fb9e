"""The bench of drafts: what a bad writer, or a liar, gets past the check."""

import argparse
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant import __version__
from assistant.config import Config
from assistant.errors import UsageError
from eval.bench import Bench, Call
from eval.suite import find_suite, load_suite

if TYPE_CHECKING:
    from assistant.ask import Assistant
    from eval.benches.drafts_report import Settings

QUESTIONS = 200
WRITERS = ("liar", "local", "openai")
SMALL = {"max_prompt_tokens": 600, "max_answer_tokens": 64, "timeout_s": 120.0}
"""What the small model in this process gets: it is slow, and reads no better with more."""

EXIT_BELOW, EXIT_INCOMPLETE = 1, 6


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add who writes, and how many questions are asked."""
    parser.epilog = (
        "The liar cites at random and tells falsehoods made of real sentences; local is the GGUF "
        "model in this process, openai what the settings name. Exit code 1: a citation was "
        "invalid, a sentence without evidence, or an off-topic question answered; 6: the model "
        "failed at every question."
    )
    parser.add_argument("--writer", choices=WRITERS, default="liar", help="default: liar")
    parser.add_argument(
        "--questions", type=int, metavar="N", default=QUESTIONS, help=f"how many ({QUESTIONS})"
    )
    parser.add_argument("--suite", default="golden", help="whose questions (golden)")
    parser.add_argument("--seed", type=int, default=0, help="of the liar's choices (0)")


def run(call: Call) -> int:
    """Have the questions answered from drafts of the writer, and count what got through.

    Raises:
        UsageError: the suite has fewer questions, or the writer lacks what it needs.
    """
    from eval.benches.drafts import ask_all, choose, count
    from eval.benches.drafts_report import drafts_dict, render_drafts
    from eval.benches.liar import Liar

    arguments = call.arguments
    suite = load_suite(find_suite(arguments.suite))
    if not 1 <= arguments.questions <= len(suite.cases):
        raise UsageError(
            f"--questions is {arguments.questions}; {arguments.suite} has {len(suite.cases)}"
        )
    with call.open() as assistant:
        papers = {paper.paper_id: paper for paper in assistant.library.papers()}
        engine = "openai" if arguments.writer == "liar" else arguments.writer
        liar = Liar(list(papers.values()), arguments.seed) if arguments.writer == "liar" else None
        if liar:
            assistant.use_model(engine, liar)
        assistant.config = _config(assistant.config, arguments.writer)
        asked = ask_all(assistant, choose(suite.cases, arguments.questions), engine, liar)
        counts = count(asked, papers)
        model = next((each.answer.model for each in asked if each.answer.model), "none answered")
        settings = _settings(call, assistant, suite.sha256, str(model))
    call.tell(drafts_dict(settings, counts), render_drafts(settings, counts))
    if counts.failed == counts.questions:
        return EXIT_INCOMPLETE
    return 0 if counts.zeros_hold else EXIT_BELOW


def _config(config: Config, writer: str) -> Config:
    return replace(config, **SMALL) if writer == "local" else config  # type: ignore[arg-type]


def _settings(call: Call, assistant: "Assistant", suite_sha256: str, model: str) -> "Settings":
    from eval.benches.drafts_report import Settings

    return Settings(
        writer=call.arguments.writer,
        model=model,
        library_fingerprint=assistant.library.fingerprint,
        library_papers=assistant.library.count,
        suite=call.arguments.suite,
        suite_sha256=suite_sha256,
        embedder=assistant.library.embedder.name,
        max_prompt_tokens=assistant.config.max_prompt_tokens,
        max_answer_tokens=assistant.config.max_answer_tokens,
        version=__version__,
    )


BENCH = Bench("what a liar or a small model gets past the check of its drafts", add_arguments, run)
