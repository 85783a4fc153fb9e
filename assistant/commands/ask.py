"""The commands ``ask`` and ``chat``: their options, and what they print."""

import argparse
import contextlib
import json
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from assistant.commands import filter_options, terminal
from assistant.errors import AssistantError, ProviderError, UsageError
from assistant.views.citing import answer_latex, answer_markdown
from assistant.views.table import table_markdown, table_text
from assistant.views.text import answer_text

if TYPE_CHECKING:
    from assistant.ask import Assistant
    from assistant.paper_table import PaperTable
    from assistant.types import Answer

Write = Callable[[str], None]
Open = Callable[[], "Assistant"]


def add_ask_arguments(ask: argparse.ArgumentParser) -> None:
    """Add the options of ``ask``."""
    ask.add_argument("question", nargs="+", help="in words; - reads it from standard input")
    ask.add_argument("--table", action="store_true", help="compare papers: a column a thing asked")
    ask.add_argument("--markdown", action="store_true", help="print Markdown")
    ask.add_argument("--latex", action="store_true", help="print LaTeX, with the BibTeX it cites")
    _add_strict(ask)
    filter_options.add_arguments(ask)


def add_chat_arguments(chat: argparse.ArgumentParser) -> None:
    """Add the options of ``chat``."""
    chat.add_argument("--conversation", metavar="ID", help="reopen a conversation")
    _add_strict(chat)
    filter_options.add_arguments(chat)


def _add_strict(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--strict", action="store_true", help="exit with 4 if the model failed, answer or not"
    )


def run_ask(arguments: argparse.Namespace, open: Open, write: Write, say: Write) -> int:
    """Answer one question.

    Raises:
        UsageError: the question, a filter or the options together can't be used.
    """
    _check_options(arguments)
    question = " ".join(arguments.question)
    with open() as assistant:
        filters = filter_options.filters_in(assistant.library.record, arguments)
        if not arguments.json or assistant.config.key_unused:
            say(assistant.status())
        question = terminal.read_text("-") if question == "-" else question
        if arguments.table:
            failure = None
            printed = _printed_table(assistant.table(question, filters=filters), arguments)
        else:
            answer = assistant.ask(question, filters=filters)
            failure, printed = answer.failure, _printed_answer(answer, arguments)
    write(printed)
    return ProviderError.exit_code if arguments.strict and failure else 0


def run_chat(arguments: argparse.Namespace, open: Open, write: Write, say: Write) -> int:
    """Answer questions from the terminal until its end; a model that fails ends nothing.

    Raises:
        UsageError: a filter can't be used, or there is no such conversation.
    """
    with open() as assistant:
        filters = filter_options.filters_in(assistant.library.record, arguments)
        conversation = assistant.conversation(arguments.conversation)
        say(f"{assistant.status()}\nconversation {conversation.id}; end with Ctrl-D")
        failed = False
        for question in _typed_questions(say):
            try:
                answer = conversation.ask(question, filters=filters)
            except AssistantError as error:
                failed = failed or isinstance(error, ProviderError)
                say(f"error: {error}")
                continue
            failed = failed or answer.failure is not None
            write(_printed(answer, arguments) + ("" if arguments.json else "\n"))
    return ProviderError.exit_code if arguments.strict and failed else 0


def _check_options(arguments: argparse.Namespace) -> None:
    forms = [name for name in ("json", "markdown", "latex") if getattr(arguments, name)]
    if len(forms) > 1:
        raise UsageError(f"--{' and --'.join(forms)} exclude each other; give one of them")
    if arguments.latex and arguments.table:
        raise UsageError("--latex prints an answer; print the table with --markdown or --json")
    if arguments.table and arguments.engine not in (None, "extractive"):
        raise UsageError(f"--table quotes and asks no model; leave out --engine {arguments.engine}")


def _printed_table(table: "PaperTable", arguments: argparse.Namespace) -> str:
    if arguments.json:
        return json.dumps(table.to_dict(), ensure_ascii=False, indent=2)
    return table_markdown(table) if arguments.markdown else table_text(table, terminal.width())


def _printed_answer(answer: "Answer", arguments: argparse.Namespace) -> str:
    if arguments.markdown:
        return answer_markdown(answer)
    return answer_latex(answer) if arguments.latex else _printed(answer, arguments, indent=2)


def _printed(answer: "Answer", arguments: argparse.Namespace, indent: int | None = None) -> str:
    if arguments.json:
        return json.dumps(answer.to_dict(), ensure_ascii=False, indent=indent)
    return answer_text(answer, terminal.width(), details=arguments.verbose > 0)


def _typed_questions(say: Write) -> Iterator[str]:
    prompt = "> " if sys.stdin.isatty() else ""
    with contextlib.suppress(EOFError):
        while True:
            if question := input(prompt).strip():
                if not prompt:
                    say(f"> {question}")
                yield question
