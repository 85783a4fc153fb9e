"""HTML and JATS in titles and abstracts: taken off, with the words and their order kept."""

import html
import re

_NAMES = (
    "p|title|sec|abstract|div|span|section|i|b|u|em|strong|italic|bold|sub|sup|sc|small|a|ul|ol|li"
    "|list|list-item|h[1-6]|inline-formula|disp-formula|tex-math|alternatives|ext-link|xref"
    "|underline|monospace|tt|code|font|blockquote|br|hr"
)
_ANY_TAG = re.compile(
    rf"<(/?)(?:(jats|mml):)?((?:(?<=:)[a-z][\w-]*)|(?:{_NAMES}))\b([^<>]*)>", re.I
)
_CLOSING = re.compile(rf"</((?:(?:jats|mml):[a-z][\w-]*)|{_NAMES})\s*>", re.I)
_EMPTY = re.compile(r"<(?:br|hr)\s*/?>", re.I)
_BLOCKS = frozenset(
    "p title sec abstract div section ul ol li list list-item h1 h2 h3 h4 h5 h6 br hr "
    "disp-formula blockquote".split()
)
_LABEL = re.compile(r"<((?:jats:)?title)\b[^<>]*>([^<>]{0,200})</\1\s*>", re.I)
_ENTITY = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,30}|#\d{1,7}|#[xX][0-9A-Fa-f]{1,6});")


def without_markup(text: str) -> str:
    """Return `text` without tags of HTML and JATS and with entities resolved.

    Only a tag that is closed somewhere counts, so that ``<p>``, the mean of p, stays;
    the title of a section becomes its label: ``Methods: We ...``.
    """
    if "&" in text:
        text = _ENTITY.sub(lambda match: html.unescape(match[0]), text)
    if "<" not in text:
        return text
    closed = {match[1].lower() for match in _CLOSING.finditer(text)}
    if not closed and not _EMPTY.search(text):
        return text
    if {"title", "jats:title"} & closed:
        text = _LABEL.sub(_label, text)
    stripped = _ANY_TAG.sub(lambda match: _in_place_of(match, closed), text)
    return re.sub(r"[ \t]*\n\s*", " ", stripped).strip()


def _label(match: re.Match[str]) -> str:
    title = match[2].strip().rstrip(":.")
    return " " if title.lower() in ("", "abstract", "summary") else f" {title}: "


def _in_place_of(match: re.Match[str], closed: set[str]) -> str:
    prefix, name = (match[2] or "").lower(), match[3].lower()
    full = f"{prefix}:{name}" if prefix else name
    if full not in closed and name not in ("br", "hr") and not prefix:
        return match[0]
    return "\n" if name in _BLOCKS else ""
