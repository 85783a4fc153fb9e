"""The subcommand ``paper-assistant library``: show a library, carry it elsewhere, mend it.

What only looks opens the record alone: no embedder is loaded, and indexes that are broken
or were made with another embedder are in nobody's way.
"""

import argparse
import itertools
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from assistant.commands import terminal
from assistant.commands.doctor import doctor
from assistant.config import Config
from assistant.errors import LibraryError, UsageError
from assistant.exporting import EXPORTERS, choose
from assistant.exporting.files import write_file
from assistant.exporting.jsonl import fields_of
from assistant.tidy import tidy
from assistant.types import Paper
from assistant.views.library import counted, facts_text, list_line, paper_text, removed_text
from assistant.views.text import printable

if TYPE_CHECKING:
    from assistant.ask import Assistant
    from assistant.store.record import Record

NAMED_AT_MOST = 20
"""How many papers or source files are named one by one; JSON names all."""

UNCUT = 10_000
"""A width in which every title fits: what goes to a file or a program is not cut."""


class Call(NamedTuple):
    """What an action is given: the arguments, the library's folder, and ways to open and tell."""

    arguments: argparse.Namespace
    config: Config
    open: Callable[[], AbstractContextManager["Assistant"]]
    write: Callable[[str], None]
    say: Callable[[str], None]

    def tell(self, facts: dict[str, Any], text: str) -> int:
        """Print what was done or found, as JSON or as text; return the exit code for "fine"."""
        as_json = self.arguments.json
        self.write(json.dumps(facts, ensure_ascii=False, indent=2) if as_json else printable(text))
        return 0


def add_arguments(
    parser: argparse.ArgumentParser,
    shared: argparse.ArgumentParser,
    writing: argparse.ArgumentParser,
) -> None:
    """Add the actions; each takes the `shared` options, some those of `writing`."""
    parser.set_defaults(action=_stats)
    actions = parser.add_subparsers(title="actions", metavar="ACTION")

    def add(
        name: str, run: Callable[[Call], int], help: str, *more: argparse.ArgumentParser
    ) -> argparse.ArgumentParser:
        action = actions.add_parser(name, help=help, description=help, parents=[shared, *more])
        action.set_defaults(action=run)
        return action

    add("stats", _stats, "say what the library holds (the default)")
    listing = add("list", _list, "list the papers, in the order in which they came")
    listing.add_argument("--limit", type=int, metavar="N", help="no more than N")
    show = add("show", _show, "show all that is known of papers")
    show.add_argument("names", nargs="+", metavar="ID", help="id, DOI or arXiv id")
    remove = add("remove", _remove, "remove papers, or all that a source file says", writing)
    remove.add_argument("names", nargs="*", metavar="ID", help="id, DOI or arXiv id")
    remove.add_argument(
        "--source", action="append", default=[], metavar="FILE", help="as `library stats` names it"
    )
    add("fingerprint", _fingerprint, "print a hash of all papers' content")
    export = add("export", _export, "write the papers for other programs, or for ingest")
    export.add_argument("--format", choices=[each.KEY for each in EXPORTERS], help="(jsonl)")
    export.add_argument("--output", type=Path, metavar="FILE", help="(standard output)")
    backup = add("backup", _backup, "write the library to one file, also while it is in use")
    backup.add_argument("file", type=Path, metavar="FILE")
    for each in (export, backup):
        each.add_argument("--overwrite", action="store_true", help="replace FILE if it exists")
    restore = add("import-backup", _import_backup, "make a new library of a backup", writing)
    restore.add_argument("file", type=Path, metavar="FILE")
    add("doctor", doctor, "examine the library, and say what mends it", writing)
    rebuild = add("rebuild", _rebuild, "make the indexes anew from the record", writing)
    rebuild.add_argument("--reembed", action="store_true", help="with new vectors")


def run(
    arguments: argparse.Namespace,
    config: Config,
    open: Callable[[], AbstractContextManager["Assistant"]],
    write: Callable[[str], None],
    say: Callable[[str], None],
) -> int:
    """Run an action and return the exit code.

    `open` opens the library for what needs more than its record; `write` prints results,
    `say` what goes beside them.

    Raises:
        UsageError: an argument is wrong, or names nothing that there is.
        LibraryError: there is no library, or it is damaged.
    """
    code: int = arguments.action(Call(arguments, config, open, write, say))
    return code


def check_exists(folder: Path) -> None:
    """Refuse a folder without a library.

    Raises:
        LibraryError: there is none.
    """
    from assistant.library import Library

    if not Library.exists(folder):
        raise LibraryError(
            f"no library in {folder}; make one with: paper-assistant ingest FILE, "
            "try the sample with: paper-assistant ingest --sample, or name another with --library"
        )


def _stats(call: Call) -> int:
    from assistant.gatekeeping import answering_line

    with _record(call) as record:
        without = sum(not paper.abstract.strip() for paper in record.papers())
        sources = sorted((name, count) for name, count in record.sources() if name)
        facts = {
            "path": str(call.config.library),
            "papers": record.count(),
            "without_abstract": without,
            "chunks": record.count_chunks(),
            "embedder": record.meta("embedder"),
            "fingerprint": record.fingerprint(),
            "answering": answering_line(call.config, record.meta("embedder"), record.fingerprint()),
        }
    lines = [f"  {count} of {name}" for name, count in sources]
    text = [facts_text({**facts, "source files": len(sources)}), *_few(lines)]
    as_json = {"sources": [{"source": name, "records": count} for name, count in sources]}
    return call.tell(facts | as_json, "\n".join(text))


def _list(call: Call) -> int:
    limit = call.arguments.limit
    if limit is not None and limit < 1:
        raise UsageError(f"--limit is {limit}; give a number above 0")
    width = terminal.width() if sys.stdout.isatty() else UNCUT
    with _record(call) as record:
        papers = itertools.islice(record.papers(), limit)
        if call.arguments.json:
            _write_rows(call, map(_summary, papers))
        else:
            for paper in papers:
                call.write(list_line(paper, width))
    return 0


def _show(call: Call) -> int:
    from assistant.library_lookup import papers_named

    with _record(call) as record:
        papers = papers_named(record, call.arguments.names)
    text = "\n\n".join(paper_text(paper, terminal.width()) for paper in papers)
    if call.arguments.json:
        _write_rows(call, map(fields_of, papers))
        return 0
    call.write(text)
    return 0


def _remove(call: Call) -> int:
    from assistant.library_lookup import papers_named, source_named

    names, sources = call.arguments.names, call.arguments.source
    if not names and not sources:
        raise UsageError("nothing to remove; name papers by id, DOI or arXiv id, or --source FILE")
    check_exists(call.config.library)
    with call.open() as assistant:
        library = assistant.library
        papers = papers_named(library.record, names)
        sources = [source_named(library.record, source) for source in sources]
        of_sources = {
            paper_id
            for source in sources
            for paper_id in library.record.ids_of_source(source, sys.maxsize)
        }
        touched = {paper.paper_id: paper for paper in papers}
        touched |= {each.paper_id: each for each in library.papers_by_id(sorted(of_sources))}
        report = library.remove([*(paper.paper_id for paper in papers), *sources])
        gone = [paper for key, paper in touched.items() if library.record.paper(key) is None]
    lines = _few([f"  {paper.paper_id}  {tidy(paper.title)}" for paper in gone])
    text = "\n".join([removed_text(report.removed, report.updated), *lines])
    return call.tell({**report.to_dict(), "papers": list(map(_summary, gone))}, text)


def _fingerprint(call: Call) -> int:
    with _record(call) as record:
        fingerprint, count = record.fingerprint(), record.count()
    return call.tell({"fingerprint": fingerprint, "papers": count}, fingerprint)


def _export(call: Call) -> int:
    format, file = call.arguments.format, call.arguments.output
    if file is None and call.arguments.json and format not in (None, "jsonl"):
        raise UsageError(f"--json and --format {format} on one output; add --output FILE")
    exporter = choose(format, file)
    with _record(call) as record:
        papers = record.papers()
        if file is None:
            _print_exactly(call, exporter.blocks(papers))
            return 0
        _refuse_to_overwrite(call, file)
        count = write_file(file, exporter, papers)
    return call.tell(
        {"file": str(file), "format": exporter.KEY, "papers": count},
        f"wrote {counted(count)} to {file} as {exporter.NAME}",
    )


def _backup(call: Call) -> int:
    from assistant.store.backup import back_up

    check_exists(call.config.library)
    file = call.arguments.file
    _refuse_to_overwrite(call, file)
    count = back_up(call.config.library, file)
    return call.tell({"file": str(file), "papers": count}, f"backed up {counted(count)} to {file}")


def _import_backup(call: Call) -> int:
    from assistant.store.backup import import_backup

    folder, file = call.config.library, call.arguments.file
    count = import_backup(file, folder, call.config.wait_s, call.say)
    if count:
        with call.open():  # which rebuilds the indexes
            pass
    return call.tell(
        {"path": str(folder), "papers": count},
        f"imported {counted(count)} from {file} into {folder} and rebuilt the indexes",
    )


def _rebuild(call: Call) -> int:
    check_exists(call.config.library)
    if call.arguments.reembed:
        from assistant.reembedding import reembed_configured

        count = reembed_configured(call.config, call.say)
        text = f"embedded {counted(count)} anew and rebuilt the indexes"
        return call.tell({"papers": count, "reembedded": True}, text)
    with call.open() as assistant:
        assistant.library.rebuild()
        count = assistant.library.count
    text = f"rebuilt the indexes of {counted(count)}"
    return call.tell({"papers": count, "reembedded": False}, text)


@contextmanager
def _record(call: Call) -> Iterator["Record"]:
    """Open the record of a library that exists."""
    from assistant.store.record import open_record

    check_exists(call.config.library)
    record = open_record(call.config.library)
    try:
        yield record
    finally:
        record.close()


def _summary(paper: Paper) -> dict[str, Any]:
    return {"paper_id": paper.paper_id, "title": paper.title, "year": paper.year}


def _few(lines: Sequence[str]) -> list[str]:
    """Return the first lines, and how many more there are."""
    more = len(lines) - NAMED_AT_MOST
    rest = [f"  and {more} more (--json names all)"] if more > 0 else []
    return [*lines[:NAMED_AT_MOST], *rest]


def _write_rows(call: Call, rows: Iterable[dict[str, Any]]) -> None:
    """Print a JSON list, a row a line, as the rows come."""
    before = "["
    for row in rows:
        call.write(f"{before}{json.dumps(row, ensure_ascii=False)}")
        before = ","
    call.write("]" if before == "," else "[]")


def _print_exactly(call: Call, blocks: Iterable[str]) -> None:
    """Print an export to the letter, but for what could steer a terminal if it is shown on one."""
    terminal.print_utf8()
    shown = sys.stdout.isatty()
    for block in blocks:
        call.write(printable(block) if shown else block)


def _refuse_to_overwrite(call: Call, file: Path) -> None:
    from assistant.store.record import RECORD

    if file.resolve() == (call.config.library / RECORD).resolve():
        raise UsageError(f"{file} is the library itself; choose another name")
    if file.exists() and not call.arguments.overwrite:
        raise UsageError(f"{file} exists; choose another name, or add --overwrite")
