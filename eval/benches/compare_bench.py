"""The bench of peers: another query engine beside us, on one library, with one model."""

import argparse
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant import __version__
from assistant.config import Config
from assistant.errors import UsageError
from eval.bench import Bench, Call
from eval.benches.peers import CITATION_QUERY_ENGINE, PEERS
from eval.suite import find_suite, load_suite

if TYPE_CHECKING:
    from assistant.ask import Assistant
    from eval.benches.compare import Comparison
    from eval.benches.compare_report import Settings
    from eval.suite import Suite

EXIT_BELOW, EXIT_INCOMPLETE = 1, 6
LOCAL_TIMEOUT_S = 300.0
"""What a model in this process gets: it is slow, and who waits longest is not what is measured."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add with whom to compare, and over which questions."""
    parser.epilog = (
        "Needs a model: --engine local or openai. Both get the same model, library, embedder and "
        "questions. Exit code 1: a citation of ours was invalid; 6: the model failed at every "
        "question of one side."
    )
    parser.add_argument(
        "--with",
        dest="peer",
        choices=PEERS,
        default=CITATION_QUERY_ENGINE,
        help=f"the peer: LlamaIndex's own engine that cites (default: {CITATION_QUERY_ENGINE})",
    )
    parser.add_argument(
        "--questions", type=int, metavar="N", help="how many, each kind in its share (all)"
    )
    parser.add_argument("--suite", default="golden", help="whose questions (golden)")


def run(call: Call) -> int:
    """Put the questions to both, and print them side by side.

    Raises:
        UsageError: the engine has no model, or the suite has fewer questions.
    """
    from eval.benches.compare_report import comparison_dict, render_comparison

    if call.config.engine == "extractive":
        raise UsageError("compare needs a model; give --engine local or openai")
    suite = load_suite(find_suite(call.arguments.suite))
    count = call.arguments.questions
    if count is None:
        count = len(suite.cases)
    if not 1 <= count <= len(suite.cases):
        raise UsageError(
            f"--questions is {count}; {call.arguments.suite} has {len(suite.cases)}, 1 at least"
        )
    with call.open() as assistant:
        assistant.config = _config(assistant.config, call.config.engine)
        settings, comparison = _compare(call, assistant, suite, count)
    call.tell(comparison_dict(settings, comparison), render_comparison(settings, comparison))
    if comparison.questions in (comparison.ours_failed, comparison.theirs_failed):
        return EXIT_INCOMPLETE
    return EXIT_BELOW if comparison.row("invalid_citation_rate").ours.value else 0


def _config(config: Config, engine: str) -> Config:
    longest_s = max(config.timeout_s, LOCAL_TIMEOUT_S) if engine == "local" else config.timeout_s
    return replace(config, engine=engine, timeout_s=longest_s)


def _compare(
    call: Call, assistant: "Assistant", suite: "Suite", count: int
) -> tuple["Settings", "Comparison"]:
    from eval.benches.compare import ask_both, compare, ours, sample, theirs
    from eval.benches.peers import open_peer
    from eval.judge import entails

    papers = {paper.paper_id: paper for paper in assistant.library.papers()}
    model = assistant.model(assistant.config.engine)
    model_name = model.name
    with open_peer(assistant, model) as peer:
        call.say(f"asking {count} questions twice; with a slow model this takes its time")
        pairs = ask_both(
            sample(suite.cases, count),
            lambda question: ours(assistant.ask(question), papers),
            lambda question: theirs(peer.ask(question)),
            entails,
        )
        settings = _settings(call, assistant, suite, model_name, peer.told)
    return settings, compare(pairs)


def _settings(
    call: Call, assistant: "Assistant", suite: "Suite", model: str, told: str
) -> "Settings":
    from eval.benches.compare import SEED
    from eval.benches.compare_report import Settings
    from eval.judge import JUDGE_NAME

    config, library = assistant.config, assistant.library
    return Settings(
        peer=call.arguments.peer,
        peer_told=told,
        engine=config.engine,
        model=model,
        library_fingerprint=library.fingerprint,
        library_papers=library.count,
        embedder=library.embedder.name,
        papers_per_answer=config.papers_per_answer,
        max_prompt_tokens=config.max_prompt_tokens,
        max_answer_tokens=config.max_answer_tokens,
        timeout_s=config.timeout_s,
        suite=call.arguments.suite,
        suite_sha256=suite.sha256,
        seed=SEED,
        phi=JUDGE_NAME,
        version=__version__,
    )


BENCH = Bench(
    "answers beside those of another query engine with the same model", add_arguments, run
)
