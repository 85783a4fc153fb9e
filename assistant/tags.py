"""Tags: the keywords of papers, which their sources write in one case or another. Pure."""

import unicodedata
from collections.abc import Iterable


def tag_key(tag: str) -> str:
    """Return what a tag is told by: its words in any case, compatibility forms unified."""
    return " ".join(unicodedata.normalize("NFKC", tag).casefold().split())


def unique_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Return tags in their order; of those that differ in case alone, the first."""
    spelled: dict[str, str] = {}
    for tag in tags:
        spelled.setdefault(tag_key(tag), tag)
    return tuple(spelled.values())
