"""Reads HTML with Python's own parser: the oracle of the tests of rendering."""

from html.parser import HTMLParser

from hypothesis import strategies as st

# HTML normalises line ends and cannot carry NUL or lone surrogates; text is compared without them.
plain = st.text(st.characters(exclude_characters="\r\x00", exclude_categories=["Cs"]))


class Outline(HTMLParser):
    """The elements of a page with their attributes, and the text inside chosen ones."""

    VOID = {"br", "hr", "img", "input", "link", "meta"}

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.elements, self.open, self.pieces = [], [], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open and self.open[-1][0] == tag, f"unbalanced </{tag}>"
        self.open.pop()

    def handle_data(self, data):
        self.pieces.append((list(self.open), data))

    def handle_comment(self, data):
        raise AssertionError(f"a comment slipped in: {data!r}")

    def shape(self):
        return [(tag, sorted(attrs)) for tag, attrs in self.elements]

    def texts(self, tag, classes=None):
        """The text of each element of this kind, in order, nested elements included."""
        found = {}
        for stack, data in self.pieces:
            for element in stack:
                if element[0] == tag and classes in (None, element[1].get("class")):
                    found.setdefault(id(element[1]), []).append(data)
        return ["".join(pieces) for pieces in found.values()]

    def text(self):
        return "".join(data for _, data in self.pieces)


def outline(html):
    parsed = Outline(html)
    assert not parsed.open, "an element was left open"
    return parsed
