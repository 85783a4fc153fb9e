"""What must hold of every answer, whoever drafted it; written without the code it judges."""

import re

from assistant.types import Answer, Label

MARKS = re.compile(r"(?: \[\d+\])+")
LOOKS_LIKE_A_MARKER = re.compile(r"\[[\d\s,;^–-]+\]|[【】]|\((?:source|ref)s? \d+\)|<sup>", re.I)


def assert_grounded(answer: Answer, library) -> None:
    """Check each citation against the library, and each sentence against its citations."""
    retrieved = {row.paper_id for row in answer.retrieved}
    for citation in answer.citations:
        paper = library.paper(citation.paper_id)
        assert citation.paper_id in retrieved
        assert citation.title == paper.title
        assert citation.quote == paper.abstract[citation.start : citation.end] != ""
    assert_numbered(answer)
    quotes = {citation.marker: citation.quote for citation in answer.citations}
    for sentence in answer.sentences:
        assert sentence.text.strip()
        assert sentence.verdict in (Label.SUPPORTED, Label.ATTRIBUTED, Label.CONNECTIVE)
        assert sentence.citations or sentence.verdict is Label.CONNECTIVE
        own = "".join("".join(quotes[marker] for marker in sentence.citations).split())
        for left in LOOKS_LIKE_A_MARKER.findall(sentence.text):
            assert "".join(left.split()) in own
    for dropped in answer.dropped:
        assert dropped.verdict in (Label.UNSUPPORTED, Label.CONTRADICTED)
        assert dropped.reasons
    assert answer.refused == (not answer.sentences)
    assert answer.reason or not answer.refused


def assert_numbered(answer: Answer) -> None:
    """Check that the text is the sentences with their markers, numbered in order of first use."""
    used = [marker for sentence in answer.sentences for marker in sentence.citations]
    markers = [citation.marker for citation in answer.citations]
    assert markers == list(range(1, len(markers) + 1)) == list(dict.fromkeys(used))
    if answer.refused:
        return
    end = 0
    for sentence in answer.sentences:
        assert answer.text[sentence.start : sentence.end] == sentence.text
        assert answer.text[end : sentence.start].strip() == ""
        written = "".join(f" [{marker}]" for marker in sentence.citations)
        end = sentence.end + len(written)
        assert answer.text[sentence.end : end] == written
    assert answer.text[end:] == ""
