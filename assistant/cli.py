"""The command ``paper-assistant``: arguments, printing and exit codes."""

import argparse
import json
import sys
import traceback
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from assistant import __version__
from assistant.commands import answers as answers_command
from assistant.commands import ask as ask_command
from assistant.commands import calibrate_options, reading_options, terminal
from assistant.commands import check as check_command
from assistant.commands import conversations as conversations_command
from assistant.commands import library as library_command
from assistant.commands import search as search_command
from assistant.commands.progress import IngestProgress, size_of
from assistant.config import ENGINES, Config, load_config
from assistant.errors import AssistantError, LibraryError, UsageError
from assistant.views.text import report_text

if TYPE_CHECKING:
    from assistant.ask import Assistant
    from eval.bench import Call

SAMPLE = Path(__file__).parents[1] / "eval" / "data" / "library" / "papers-page.txt"
"""The sample library: 195 abstracts, part of the package."""

EXIT_USAGE = 2
EXIT_INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    argv = sys.argv[1:] if argv is None else argv
    terminal.print_what_it_can()
    arguments = build_parser(with_eval=not {"eval", "bench"}.isdisjoint(argv)).parse_args(argv)
    try:
        code = int(arguments.run(arguments))
        sys.stdout.flush()
        return code
    except AssistantError as error:
        if arguments.verbose > 1:
            traceback.print_exc()
        say(f"error: {error}")
        return error.exit_code
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except BrokenPipeError:  # the reader had enough, as `head` does
        terminal.discard_output()
        return 0


def build_parser(*, with_eval: bool = True) -> argparse.ArgumentParser:
    """Return the parser, on demand without the options of `eval` and what they import."""
    parser = argparse.ArgumentParser(
        prog="paper-assistant",
        description="Ask a library of paper abstracts; every sentence carries a checked citation.",
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    parser.set_defaults(library=None, engine=None, json=False, verbose=0, wait_s=None)
    shared = _shared_options()  # they go before or after the subcommand
    _copy_options(shared, parser)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def add(
        name: str, run: Callable[..., int], help: str, *more: argparse.ArgumentParser
    ) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=help, description=help, parents=[shared, *more])
        command.set_defaults(run=run)
        return command

    writing = _writing_options()
    ingest = add("ingest", run_ingest, "take papers into the library", writing)
    ingest.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="files, folders or -")
    ingest.add_argument("--sample", action="store_true", help="take in the sample library")
    reading_options.add_arguments(ingest)
    _add_questions(add)
    conversations_command.add_command(add, run_kept, shared)
    answers_command.add_commands(add, run_kept)
    library = add("library", run_library, "show the library, carry it elsewhere, or mend it")
    library_command.add_arguments(library, shared, writing)
    ui = add("ui", run_ui, "serve the chat in the browser")
    ui.add_argument("--host", default="127.0.0.1", help="this machine's address (127.0.0.1)")
    ui.add_argument("--port", type=int, default=7860, metavar="N", help="where to listen (7860)")
    add("models", run_models, "list the models found on this machine, and how to add one")
    calibrate = add("calibrate", run_calibrate, "set how sure an answer must be, by your questions")
    calibrate_options.add_arguments(calibrate)
    evaluation = add("eval", run_eval, "run a suite of questions; pass or fail by its thresholds")
    bench = add("bench", run_bench, "measure a part of the program, beside others where there are")
    if with_eval:
        from eval import bench_command, command

        command.add_arguments(evaluation)
        bench_command.add_arguments(bench, shared)
    return parser


def _add_questions(add: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the commands that ask the library something."""
    ask_command.add_ask_arguments(add("ask", run_ask, "answer one question"))
    chat = add("chat", run_chat, "ask in the terminal, with follow-up questions")
    ask_command.add_chat_arguments(chat)
    search_command.add_arguments(add("search", run_search, "list the papers nearest to a query"))
    check = add("check", run_check, "check each sentence of a text against the library")
    check_command.add_arguments(check)


def run_ingest(arguments: argparse.Namespace) -> int:
    """Take papers in; exit with 2 if a whole file could not be read, or nothing was taken in."""
    paths = [*arguments.paths, *([SAMPLE] if arguments.sample else [])]
    if not paths:
        raise UsageError("nothing to ingest; name files or folders, or give --sample")
    from assistant.readers import find_files, is_there

    options = reading_options.read_options(arguments)
    if not any(map(is_there, paths)):
        raise UsageError(f"no file {', '.join(map(str, paths))}; check the path")
    from assistant.ask import Assistant

    with Assistant.open(config=_config(arguments)) as assistant:
        assistant.library.notify = say
        say(f"reading into {assistant.library.path}")
        progress = _progress(find_files(paths))
        if progress:
            options = replace(options, on_bytes=progress.take)
        report = assistant.ingest(*paths, options=options, progress=progress)
    write(
        json.dumps(report.to_dict(), ensure_ascii=False) if arguments.json else report_text(report)
    )
    nothing_read = report.skipped and not any(
        (report.added, report.updated, report.unchanged, report.merged)
    )
    unread = any(skipped.place == "file" for skipped in report.skipped)
    return EXIT_USAGE if unread or nothing_read else 0


def run_ask(arguments: argparse.Namespace) -> int:
    """Answer one question."""
    return ask_command.run_ask(arguments, lambda: _open(arguments), write, say)


def run_chat(arguments: argparse.Namespace) -> int:
    """Answer questions from the terminal until its end."""
    return ask_command.run_chat(arguments, lambda: _open(arguments), write, say)


def run_search(arguments: argparse.Namespace) -> int:
    """List the nearest papers."""
    return search_command.run(arguments, lambda: _open(arguments), write, say)


def run_check(arguments: argparse.Namespace) -> int:
    """Check a text; with --strict, exit with 1 if a sentence of it fails."""
    return check_command.run(arguments, lambda: _open(arguments), write)


def run_kept(arguments: argparse.Namespace) -> int:
    """List, replay, compare, export or delete what the library keeps of answers."""
    return int(arguments.action(arguments, lambda: _open_any(arguments), write, say))


def run_library(arguments: argparse.Namespace) -> int:
    """Show the library, carry it elsewhere, or mend it."""
    return library_command.run(arguments, _config(arguments), lambda: _open(arguments), write, say)


def run_ui(arguments: argparse.Namespace) -> int:
    """Serve the chat until interrupted; the port is taken before anything is loaded."""
    from ui.listener import listen, url_of

    listener = listen(arguments.host, arguments.port)
    with listener, _open(arguments) as assistant:
        say(assistant.status())
        say("loading the chat (a few seconds) ...")
        from ui.app import serve

        say(f"open {url_of(arguments.host, arguments.port)} in a browser; stop with Ctrl-C")
        serve(assistant, listener)
    return 0


def run_models(arguments: argparse.Namespace) -> int:
    """List the models that could write answers."""
    from assistant.models import find_models, found_text

    found = find_models(_config(arguments))
    write(json.dumps(found.to_dict(), indent=2) if arguments.json else found_text(found))
    return 0


def run_calibrate(arguments: argparse.Namespace) -> int:
    """Calibrate the threshold for answering; exit with 1 if none keeps the risk."""
    from assistant.commands import calibrate as calibrate_command
    from eval.calibrating import measure

    return calibrate_command.run(arguments, lambda: _open(arguments), measure, write, say)


def run_eval(arguments: argparse.Namespace) -> int:
    """Run a suite, over the sample library unless another is named; exit by the gate."""
    from eval.command import run

    return run(_call(arguments))


def run_bench(arguments: argparse.Namespace) -> int:
    """Run one of the benches; what measures a library takes the sample unless one is named."""
    from eval.bench_command import run

    return run(_call(arguments))


def _call(arguments: argparse.Namespace) -> "Call":
    from eval.bench import Call

    return Call(arguments, _config(arguments), lambda: _open_or_sample(arguments), write, say)


def write(text: str) -> None:
    """Print a result."""
    print(text)


def say(text: str) -> None:
    """Print to the person at the terminal, beside the results."""
    print(text, file=sys.stderr, flush=True)


def _shared_options() -> argparse.ArgumentParser:
    shared = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    shared.add_argument("--library", type=Path, metavar="DIR", help="the library's folder")
    shared.add_argument("--engine", choices=ENGINES, help="what writes the answer")
    shared.add_argument("--json", action="store_true", help="print JSON")
    shared.add_argument(
        "-v", "--verbose", action="count", help="say more; -vv adds tracebacks to errors"
    )
    return shared


def _writing_options() -> argparse.ArgumentParser:
    writing = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    writing.add_argument(
        "--wait",
        dest="wait_s",
        type=float,
        metavar="SECONDS",
        help="wait so long for another process that writes (30); 0: not at all",
    )
    return writing


def _copy_options(source: argparse.ArgumentParser, target: argparse.ArgumentParser) -> None:
    """Offer the same options in front of the subcommand as behind it."""
    for action in source._actions:
        target._add_action(action)


def _config(arguments: argparse.Namespace) -> Config:
    return load_config(library=arguments.library, engine=arguments.engine, wait_s=arguments.wait_s)


def _open(arguments: argparse.Namespace) -> "Assistant":
    """Open a library that exists and has papers.

    Raises:
        LibraryError: there is none where the settings say, or it is empty.
    """
    assistant = _open_any(arguments)
    if assistant.library.count == 0:
        assistant.close()
        raise LibraryError(
            f"the library in {assistant.library.path} holds no papers; "
            "run: paper-assistant ingest FILE"
        )
    return assistant


def _open_any(arguments: argparse.Namespace) -> "Assistant":
    """Open a library that exists, also one without papers."""
    from assistant.ask import Assistant

    config = _config(arguments)
    library_command.check_exists(config.library)
    assistant = Assistant.open(config=config)
    assistant.library.notify = say
    return assistant


def _open_or_sample(arguments: argparse.Namespace) -> "Assistant":
    """Open the library that the arguments name, else the sample library, made if it is missing."""
    from eval.opening import open_library

    return open_library(arguments.library, _config(arguments), say)


def _progress(files: Iterable[Path]) -> IngestProgress | None:
    """Return a bar for a person at a terminal; a log file gets none."""
    if not sys.stderr.isatty():
        return None
    return IngestProgress(size_of(files), lambda line: say(f"\r\x1b[1A\x1b[2K{line}"))
