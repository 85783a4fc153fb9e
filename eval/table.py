"""Aggregates and cells as lines of text, for the reports of all benches. Pure."""

from collections.abc import Sequence

from eval.scores import Aggregate

NONE = "-"
"""Stands for a number that there is not."""


def value_and_interval(aggregate: Aggregate, sign: str = "") -> tuple[str, str]:
    """Return value and interval, each `NONE` where there is none; `sign` "+" shows it always."""
    number = f"{sign}.3f"
    value = NONE if aggregate.value is None else f"{aggregate.value:{number}}"
    if aggregate.interval is None:
        return value, NONE
    low, high = (f"{bound:{number}}" for bound in aggregate.interval)
    return value, f"{low} to {high}" if sign else f"{low}-{high}"


def align(rows: Sequence[Sequence[str]], numbers: str = ">") -> list[str]:
    """Pad cells to columns: the first to the left, the others as `numbers` says."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    sides = ["<", *([numbers] * (len(widths) - 1))]
    cells = [
        [f"{cell:{side}{width}}" for cell, side, width in zip(row, sides, widths, strict=True)]
        for row in rows
    ]
    return ["  ".join(row).rstrip() for row in cells]
