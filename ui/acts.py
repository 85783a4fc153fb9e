"""What one can do with a turn that has ended: ask again, edit, copy, narrow. Pure HTML.

The buttons say what they do in ``data-act``; assets/acts.js does it.
"""

from collections.abc import Callable, Sequence

from assistant.types import Answer, Paper
from assistant.views.citing import answer_latex, answer_markdown, answer_plain
from ui.filter_fields import PARTED_BY
from ui.markup import box, escape, tag

COPIES: tuple[tuple[str, Callable[[Answer], str]], ...] = (
    ("Markdown", answer_markdown),
    ("plain text", answer_plain),
    ("LaTeX + BibTeX", answer_latex),
)
"""The forms in which an answer can be taken along."""


def render_acts(answer: Answer | None) -> str:
    """Return the buttons under a turn; what was not answered to the end can't be copied."""
    acts = [_button("edit", "Edit question"), _button("again", "Ask again")]
    if answer is not None and len({each.paper_id for each in answer.citations}) > 1:
        acts.append(_button("table", "Compare in a table"))
    if answer is not None and answer.citations:
        copies = [render_copy(name, written(answer)) for name, written in COPIES]
        acts.append(box("copies", tag("span", "Copy as") + "".join(copies), "span"))
    return box("acts", "".join(acts))


def render_copy(name: str, text: str) -> str:
    """Return the button that copies `text`; `name` says in which form it is."""
    kept = tag("pre", escape(text), {"hidden": "hidden"})
    return _button("copy", name, {"aria-label": f"Copy as {name}"}) + kept


def render_narrowing(papers: Sequence[Paper]) -> str:
    """Return the button that sets the filter to these papers, for a better question."""
    names = [paper.paper_id for paper in papers if PARTED_BY not in paper.paper_id]
    if not names:
        return ""
    label = f"Search only {'this paper' if len(names) == 1 else f'these {len(names)} papers'}"
    return _button("narrow", label, {"data-papers": f"{PARTED_BY} ".join(names)})


def render_suggestions(questions: Sequence[str]) -> str:
    """Return the questions that go on from an answer, each asked with one click."""
    if not questions:
        return ""
    rows = (tag("li", _button("ask", question)) for question in questions)
    return box("next", tag("h3", "Ask next") + tag("ul", "".join(rows)))


def _button(act: str, label: str, attributes: dict[str, str] | None = None) -> str:
    given = {"type": "button", "class": "act", "data-act": act, **(attributes or {})}
    return tag("button", escape(label), given)
