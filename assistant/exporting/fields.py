"""What the formats share."""

DATABASE = "paper-assistant"
"""Named in each record, as services do: its text is to the letter, with no markup in it."""


def without_carriage_returns(text: str) -> str:
    r"""Return `text` with each ``\r\n`` and ``\r`` as a line's end, where lines may not tell."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
