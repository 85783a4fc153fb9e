"""What the formats share."""

from collections.abc import Sequence

DATABASE = "paper-assistant"
"""Named in each record, as services do: its text is to the letter, with no markup in it."""


def without_carriage_returns(text: str) -> str:
    r"""Return `text` with each ``\r\n`` and ``\r`` as a line's end, where lines may not tell."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def parted_by_semicolons(values: Sequence[str]) -> str:
    """Return values in one text; a semicolon ends a single one whose comma would part it."""
    alone = len(values) == 1 and "," in values[0]
    return f"{'; '.join(values)};" if alone else "; ".join(values)
