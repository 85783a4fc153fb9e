"""The command ``conversations``: list, show, name, export and delete them."""

import argparse
import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.commands import terminal
from assistant.errors import UsageError
from assistant.store.disk import written
from assistant.views.records import talks_text
from assistant.views.text import answer_text, printable

if TYPE_CHECKING:
    from assistant.ask import Assistant
    from assistant.conversation import Conversation

Write = Callable[[str], None]
Open = Callable[[], "Assistant"]


def add_command(
    add_to: Callable[..., argparse.ArgumentParser],
    run: Callable[[argparse.Namespace], int],
    shared: argparse.ArgumentParser,
) -> None:
    """Add the command and its actions, which take the `shared` options; `run` runs them."""
    parser = add_to("conversations", run, "list, show, name, export or delete conversations")
    parser.set_defaults(action=_list)
    actions = parser.add_subparsers(title="actions", metavar="ACTION")

    def add(name: str, run: Callable[..., int], help: str) -> argparse.ArgumentParser:
        action = actions.add_parser(name, help=help, description=help, parents=[shared])
        action.set_defaults(action=run)
        if run is not _list:
            action.add_argument("conversation_id", metavar="ID", help="as `conversations` lists it")
        return action

    add("list", _list, "list them, the one with the latest turn first (the default)")
    add("show", _show, "show one, with all its answers")
    rename = add("rename", _rename, "give one a name, by which it is listed")
    rename.add_argument("name", metavar="NAME", help='"" takes the name back')
    export = add("export", _export, "write one with its quotations, as Markdown or JSON")
    export.add_argument("--format", choices=("markdown", "json"), help="(markdown)")
    export.add_argument("--output", type=Path, metavar="FILE", help="(standard output)")
    export.add_argument("--overwrite", action="store_true", help="replace FILE if it exists")
    add("delete", _delete, "delete one, with the records of its answers")


def _list(arguments: argparse.Namespace, open: Open, write: Write, say: Write) -> int:
    with open() as assistant:
        talks = assistant.conversations()
    as_json = json.dumps([asdict(talk) for talk in talks], ensure_ascii=False, indent=2)
    write(as_json if arguments.json else talks_text(talks, terminal.line_width()))
    return 0


def _show(arguments: argparse.Namespace, open: Open, write: Write, say: Write) -> int:
    with open() as assistant:
        talk = assistant.conversation(arguments.conversation_id)
        turns, as_json = talk.turns, _exported(talk, "json")
    if arguments.json:
        write(as_json.rstrip("\n"))
        return 0
    for turn in turns:
        answer = answer_text(turn.answer, terminal.width(), details=arguments.verbose > 0)
        write(f"{printable(f'> {turn.answer.question}')}\n\n{answer}\n")
    return 0


def _rename(arguments: argparse.Namespace, open: Open, write: Write, say: Write) -> int:
    with open() as assistant:
        talk = assistant.conversation(arguments.conversation_id)
        talk.rename(arguments.name)
        name = talk.name
    text = f"renamed conversation {talk.id}: {name or 'no name, its first question stands for it'}"
    as_json = json.dumps({"conversation_id": talk.id, "name": name}, ensure_ascii=False)
    write(as_json if arguments.json else printable(text))
    return 0


def _export(arguments: argparse.Namespace, open: Open, write: Write, say: Write) -> int:
    file: Path | None = arguments.output
    format = arguments.format or ("json" if arguments.json or _is_json(file) else "markdown")
    with open() as assistant:
        text = _exported(assistant.conversation(arguments.conversation_id), format)
    if file is None:
        terminal.print_utf8()
        write(text.rstrip("\n"))
        return 0
    if file.exists() and not arguments.overwrite:
        raise UsageError(f"{file} exists; choose another name, or add --overwrite")
    with written(file):
        file.write_text(text, "utf-8")
    write(f"wrote conversation {arguments.conversation_id} to {file}")
    return 0


def _delete(arguments: argparse.Namespace, open: Open, write: Write, say: Write) -> int:
    with open() as assistant:
        turns = assistant.library.record.answers.delete_talk(arguments.conversation_id)
    if not turns:
        raise UsageError(
            f"no conversation {arguments.conversation_id!r} in this library; see which there are "
            "with: paper-assistant conversations"
        )
    text = f"deleted conversation {arguments.conversation_id}: {turns} turns and their records"
    write(json.dumps({"deleted": turns}) if arguments.json else text)
    return 0


def _exported(talk: "Conversation", format: str) -> str:
    if format == "markdown":
        return talk.to_markdown()
    return json.dumps(talk.to_dict(), ensure_ascii=False, indent=2) + "\n"


def _is_json(file: Path | None) -> bool:
    return file is not None and file.suffix == ".json"
