import pytest

from eval.markers import find_markers, strip_markers, strip_titles


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("True [1].", (1,)),
        ("True. [2]", (2,)),
        ("True [1, 2] and [4].", (1, 2, 4)),
        ("True [1-3].", (1, 2, 3)),
        ("True [1–3, 7].", (1, 2, 3, 7)),
        ("True [1][2].", (1, 2)),
        ("True [^1] 【2】.", (1, 2)),
        ("None [a] (3) [].", ()),
        ("Years [2012-9020].", (2012, 9020)),
    ],
)
def test_markers_are_read_in_every_spelling(text, numbers):
    assert find_markers(text) == numbers


def test_a_bracket_that_the_abstract_itself_holds_is_no_marker():
    quotes = ["uniform on [0,1] as shown in [27]"]
    text = "It is uniform on [0, 1], see [27] [3]."
    assert find_markers(text, quotes) == (3,)
    assert strip_markers(text, quotes) == "It is uniform on [0, 1], see [27]."


def test_markers_and_titles_are_taken_out_of_the_text():
    assert strip_markers("It is so [1, 2]. And so. [3] End") == "It is so. And so. End"
    assert (
        strip_titles("In Deep Sets we pool. Deep sets.", ["Deep Sets"]) == "In we pool. Deep sets."
    )
