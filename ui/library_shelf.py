"""What the Library tab does: looks through the table, tells of papers, says what goes wrong."""

from typing import TYPE_CHECKING

from assistant.errors import AssistantError
from assistant.similar import similar_papers
from ui.library_paper import PaperPage, render_no_paper, render_paper
from ui.library_table import (
    PAGE_ROWS,
    Place,
    Rows,
    last_page,
    render_count,
    render_table,
    render_wrong,
    wanted,
)

if TYPE_CHECKING:
    from assistant.library import Library


class LibraryShelf:
    """The papers of one library, as the tab shows them."""

    def __init__(self, library: "Library") -> None:
        """Show the papers of `library`; nothing is read before it is asked for."""
        self._library = library

    def table(self, words: str, years: str, at: str) -> tuple[str, str]:
        """Return the number of papers that the fields find, and the page of the table at `at`."""
        try:
            count, rows = self._library.count, self._rows(words, years, Place.read(at))
        except AssistantError as error:
            return "", render_wrong(str(error))
        return render_count(rows.found, count), render_table(rows, count)

    def paper(self, paper_id: str) -> str:
        """Return the page of a paper; nothing where no id is given."""
        if not paper_id:
            return ""
        try:
            paper = self._library.paper(paper_id)
            added = self._library.paper_list.added_on(paper.paper_id)
            return render_paper(PaperPage(paper, added, similar_papers(self._library, paper)))
        except AssistantError as error:
            return render_no_paper(str(error))

    def _rows(self, words: str, years: str, place: Place) -> Rows:
        listed = self._library.paper_list
        found = listed.find(wanted(words, years, place))
        page = min(place.page, last_page(len(found)))
        shown = found[(page - 1) * PAGE_ROWS : page * PAGE_ROWS]
        papers = self._library.papers_by_id(shown)
        here = Place(place.order, place.descending, page)
        return Rows(here, len(found), [(each, listed.added_on(each.paper_id)) for each in papers])
