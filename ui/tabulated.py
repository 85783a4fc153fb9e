"""A comparison table, from quotations to HTML: papers by what is asked. Pure."""

from assistant.brackets import spell_references
from assistant.paper_table import NOT_STATED, PaperTable, Row
from assistant.types import Citation
from assistant.views.table import table_markdown
from ui.acts import render_copy
from ui.markup import box, escape, tag
from ui.sources import Lookup, render_cards, render_marker


def render_table(turn: int, table: PaperTable, lookup: Lookup) -> str:
    """Return a table whose cells open their sources, or why there is none.

    Args:
        turn: the number of the turn that it belongs to.
        table: as `Assistant.table` gives it.
        lookup: finds the paper of a citation, to show its abstract.
    """
    if table.refused:
        return box("note", escape(table.text), "p")
    key = f"{turn}-table"  # its markers count anew, beside those of the answer
    names = ["paper", *table.columns]
    heading = "".join(tag("th", escape(name), {"scope": "col"}) for name in names)
    rows = "".join(_row(key, row) for row in table.rows)
    content = tag("thead", tag("tr", heading)) + tag("tbody", rows)
    # What scrolls sideways on a phone is reached by the keyboard as well.
    scrolled = tag(
        "div",
        tag("table", content),
        {"class": "compared", "tabindex": "0", "role": "region", "aria-label": "Comparison"},
    )
    caveat = box("caveat", escape(f"{table.reason}."), "p") if table.reason else ""
    copy = box(
        "acts", tag("span", "Copy the table as") + render_copy("Markdown", table_markdown(table))
    )
    return caveat + scrolled + copy + render_cards(key, table.citations, lookup)


def _row(key: str, row: Row) -> str:
    year = f" ({row.year})" if row.year else ""
    name = tag("th", escape(spell_references(row.title) + year), {"scope": "row"})
    return tag("tr", name + "".join(_cell(key, cell) for cell in row.cells))


def _cell(key: str, cell: Citation | None) -> str:
    if cell is None:
        return box("unstated", NOT_STATED, "td")
    return tag("td", f"{escape(spell_references(cell.quote))} {render_marker(key, cell)}")
