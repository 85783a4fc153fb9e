"""The commands ``answers``, ``replay`` and ``diff``: their options, and what they print."""

import argparse
import json
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING

from assistant.commands import terminal
from assistant.errors import UsageError
from assistant.views.records import diff_text, listed_text
from assistant.views.text import answer_text, printable

if TYPE_CHECKING:
    from assistant.ask import Assistant

Write = Callable[[str], None]
Open = Callable[[], "Assistant"]

EXIT_DIFFERS = 1


def add_commands(
    add: Callable[..., argparse.ArgumentParser], run: Callable[[argparse.Namespace], int]
) -> None:
    """Add the three commands; `run` is what runs their actions."""
    answers = add("answers", run, "list the answers that are kept, the newest first")
    answers.set_defaults(action=list_answers)
    answers.add_argument("--limit", type=int, default=20, metavar="N", help="no more than N (20)")
    answers.add_argument(
        "--delete", nargs="+", default=[], metavar="ID", help="delete the records of these answers"
    )
    replay = add("replay", run, "make an answer again from its record, without a model")
    replay.set_defaults(action=replay_answer)
    diff = add("diff", run, "say what today's library and program would change in an answer")
    diff.set_defaults(action=diff_answer)
    for command in (replay, diff):
        command.add_argument("record_id", metavar="ID", help="of an answer, as `answers` lists it")


def list_answers(arguments: argparse.Namespace, open: Open, write: Write, say: Write) -> int:
    """List the answers that are kept, the newest first, or delete some.

    Raises:
        UsageError: the limit can't be used, or an id is of none.
    """
    if arguments.limit < 1:
        raise UsageError(f"--limit is {arguments.limit}; give a number above 0")
    with open() as assistant:
        if arguments.delete:
            deleted = assistant.answers.delete(arguments.delete)
            text = f"deleted the records of {deleted} answer{'' if deleted == 1 else 's'}"
            write(json.dumps({"deleted": deleted}) if arguments.json else text)
            return 0
        listed = assistant.answers.list(arguments.limit)
    rows = [asdict(each) for each in listed]
    write(_json(rows) if arguments.json else listed_text(listed, terminal.line_width()))
    return 0


def replay_answer(arguments: argparse.Namespace, open: Open, write: Write, say: Write) -> int:
    """Make an answer again from its record; exit with 1 where it differs from the recorded one.

    Raises:
        UsageError: the id is of none.
    """
    with open() as assistant:
        replay = assistant.answers.replay(arguments.record_id)
    if arguments.json:
        write(_json(replay.answer.to_dict()))
    else:
        write(answer_text(replay.answer, terminal.width(), details=arguments.verbose > 0))
    for difference in replay.differences:
        say(printable(f"differs from the recorded answer: {difference}"))
    return EXIT_DIFFERS if replay.differences else 0


def diff_answer(arguments: argparse.Namespace, open: Open, write: Write, say: Write) -> int:
    """Say what today's library and program would change in an answer.

    Raises:
        UsageError: the id is of none.
    """
    with open() as assistant:
        found = assistant.answers.diff(arguments.record_id)
    write(_json(found.to_dict()) if arguments.json else diff_text(found, terminal.width()))
    return 0


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)
