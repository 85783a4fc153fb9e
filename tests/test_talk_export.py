"""Conversations as Markdown: what was said is shown as it was, whatever it looks like."""

import re

import pytest

from assistant.follow_up import Turn
from assistant.talk_export import talk_markdown
from assistant.types import Answer


def exported(text: str) -> str:
    return talk_markdown("c", [Turn("", Answer("?", text, False, "x"))]).splitlines()[4]


@pytest.mark.parametrize(
    "text",
    [
        "a [link](javascript:alert) and ![image](http://x)",
        "<script>alert(1)</script>",
        "# not a heading",
        "- not a list",
        "*not* _emphasis_ `nor` code",
        "[1]: http://x",
    ],
)
def test_nothing_is_marked_up(text):
    written = exported(text)
    assert re.sub(r"\\(.)", r"\1", written) == text
    assert not re.search(r"(?<!\\)[*_`<#]|\](?<!\\)[(:]|^-", written)


def test_markers_stay_readable():
    assert exported("Clocks drift. [1] [2]") == "Clocks drift. [1] [2]"
    assert exported("Clocks drift \x1b[2J\u202e.") == "Clocks drift [2J."
