"""A comparison table as text for a terminal, and as Markdown; pure."""

import re
import textwrap
import unicodedata
from collections.abc import Sequence
from itertools import zip_longest

from assistant.brackets import spell_references
from assistant.paper_table import NOT_STATED, PaperTable, Row
from assistant.types import Citation
from assistant.views.text import printable

_NARROWEST = 40
_WIDEST = 160
_LEAST_OF_A_COLUMN = 22
"""Where the columns would be narrower, each paper is a block of its own."""

_GAP = "  "
_MARKDOWN_SIGNS = re.compile(r"([\\`*_{}\[\]()<>#+|~$!&-])")


def table_text(table: PaperTable, width: int) -> str:
    """Return the table in columns, or in a narrow terminal a block a paper; a refusal as it is."""
    width = max(_NARROWEST, min(width, _WIDEST))
    if table.refused:
        return printable(_filled(table.text, width))
    caveat = [_filled(f"({table.reason})", width)] if table.reason else []
    shown = _grid(table, width) or [_block(row, table.columns, width) for row in table.rows]
    return printable("\n\n".join([*caveat, *shown]))


def table_markdown(table: PaperTable) -> str:
    """Return the table in Markdown, nothing in it read as markup; a refusal as a line."""
    if table.refused:
        return printable(_escaped(table.text))
    caveat = [f"({_escaped(table.reason)})", ""] if table.reason else []
    lines = [
        _markdown_line(["paper", *table.columns]),
        _markdown_line(["---"] * (len(table.columns) + 1), escape=False),
        *(_markdown_line([_name(row), *map(_shown, row.cells)]) for row in table.rows),
    ]
    return printable("\n".join([*caveat, *lines]))


def _grid(table: PaperTable, width: int) -> list[str]:
    """Return a line of the table each, the heading first; nothing if the columns don't fit."""
    rows = [["paper", *table.columns]]
    rows += [[_name(row), *map(_shown, row.cells)] for row in table.rows]
    count = len(rows[0])
    column = (width - len(_GAP) * (count - 1)) // count
    if column < _LEAST_OF_A_COLUMN or any(_is_wide(text) for row in rows for text in row):
        return []
    heading, first, *others = (_line(row, column) for row in rows)
    rule = _GAP.join(["-" * column] * count)
    return [f"{heading}\n{rule}\n{first}", *others]


def _line(texts: Sequence[str], column: int) -> str:
    wrapped = [textwrap.wrap(text, column, break_on_hyphens=False) for text in texts]
    return "\n".join(
        _GAP.join(part.ljust(column) for part in parts).rstrip()
        for parts in zip_longest(*wrapped, fillvalue="")
    )


def _block(row: Row, columns: Sequence[str], width: int) -> str:
    lines = [_filled(_name(row), width)]
    lines += [
        textwrap.indent(_filled(f"{column}: {_shown(cell)}", width - 2, hang=2), "  ")
        for column, cell in zip(columns, row.cells, strict=True)
    ]
    return "\n".join(lines)


def _name(row: Row) -> str:
    title = spell_references(row.title)
    return f"{title} ({row.year})" if row.year else title


def _shown(cell: Citation | None) -> str:
    """Return a quotation made pleasant to read, with its marker."""
    if cell is None:
        return NOT_STATED
    return f"{spell_references(cell.quote)} [{cell.marker}]"


def _filled(text: str, width: int, hang: int = 0) -> str:
    return textwrap.fill(text, width, subsequent_indent=" " * hang, break_on_hyphens=False)


def _is_wide(text: str) -> bool:
    """Whether it holds letters that take two columns."""
    return any(unicodedata.east_asian_width(letter) in "WF" for letter in text)


def _markdown_line(texts: Sequence[str], *, escape: bool = True) -> str:
    return "| " + " | ".join(map(_escaped, texts) if escape else texts) + " |"


def _escaped(text: str) -> str:
    return _MARKDOWN_SIGNS.sub(r"\\\1", " ".join(text.split()))
