"""Keywords as files write them: in a list, or in one text with semicolons or commas between."""

import re
from typing import Any

from assistant.readers.markup import without_markup
from assistant.readers.record import first_text

_ARXIV_ARCHIVES = (
    "acc-phys|adap-org|alg-geom|ao-sci|astro-ph|atom-ph|bayes-an|chao-dyn|chem-ph|cmp-lg|comp-gas"
    "|cond-mat|cs|dg-ga|econ|eess|funct-an|gr-qc|hep-(?:ex|lat|ph|th)|math|math-ph|mtrl-th|nlin"
    "|nucl-(?:ex|th)|patt-sol|physics|plasm-ph|q-(?:alg|bio|fin)|quant-ph|solv-int|stat|supr-con"
)
_ARXIV_CATEGORY = rf"(?:{_ARXIV_ARCHIVES})(?:\.[A-Za-z]{{2}}|\.[a-z]+(?:-[a-z]+)+)?"
_ARXIV_CATEGORIES = re.compile(rf"\s*{_ARXIV_CATEGORY}(?:\s+{_ARXIV_CATEGORY})*\s*")
_NAMES = ("display_name", "name", "tag", "term", "keyword")


def parted(text: str, exact: bool = False) -> list[str]:
    """Return the keywords in a text: parted by semicolons if it has any, else by commas.

    Categories of arXiv stand with spaces between. Of a text that is not `exact`, the semicolon
    that ends an entity of HTML parts nothing.
    """
    if not exact:
        text = without_markup(text)
        if _ARXIV_CATEGORIES.fullmatch(text):
            return text.split()
    return text.split(";" if ";" in text else ",")


def listed(value: Any, exact: bool = False) -> list[str]:
    """Return the keywords in a value from JSON: a text, or a list of texts or of named things.

    What is of another kind names no keyword: services differ in what such fields hold.
    """
    if isinstance(value, str):
        return parted(value, exact)
    return [tag for each in value for tag in _named(each, exact)] if isinstance(value, list) else []


def _named(value: Any, exact: bool) -> list[str]:
    """Return the keyword of an element of a list; arXiv's snapshot may hold several in one."""
    if isinstance(value, dict):
        names = (value.get(name) for name in _NAMES)
        value = first_text(name for name in names if isinstance(name, str))
    if not isinstance(value, str):
        return []
    return value.split() if not exact and _ARXIV_CATEGORIES.fullmatch(value) else [value]
