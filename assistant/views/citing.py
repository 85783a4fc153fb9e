r"""An answer to take along: as Markdown, as plain text, or as LaTeX with its BibTeX. Pure.

All three put sentences that are word for word in their source in quotation marks, for the
signs of the checks stay behind, and write down the quotation that each marker stands on.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise

from assistant.exporting.bibtex import blocks, cite_keys, latex
from assistant.tidy import SYMBOLS, tidy
from assistant.types import (
    Answer,
    AnswerSentence,
    Citation,
    Label,
    Paper,
    are_of_a_quotation,
)
from assistant.views.text import link_of, printable

_MARKS = re.compile(r"([\\`*_{}<>#|~]|(?<=\])[(:\[]|^(?=[-+=]))", re.MULTILINE)
"""What Markdown would read as more than a letter."""
_STOP = re.compile(r"[.!?]$")
_IN_LATEX = str.maketrans(
    {sign: f"\\ensuremath{{\\{name}}}" for name, sign in SYMBOLS.items() if not sign.isascii()}
    | {"“": "``", "”": "''"}
)


def paragraphs(sentences: Sequence[AnswerSentence]) -> list[list[AnswerSentence]]:
    """Group sentences as the answer's text does.

    Between two sentences of a paragraph that text has the markers and one space;
    their offsets tell so while the answer is still streamed.
    """
    grouped = [[*sentences[:1]]]
    for previous, sentence in pairwise(sentences):
        markers = "".join(f" [{marker}]" for marker in previous.citations)
        if sentence.start > previous.end + len(markers) + len(" "):
            grouped.append([])
        grouped[-1].append(sentence)
    return grouped


def answer_markdown(answer: Answer) -> str:
    """Return an answer as Markdown, with a list of its sources and their quotations."""
    sources = "\n".join(f"- {plain_marks(_source(citation))}" for citation in answer.citations)
    said = [plain_marks(block) for block in _said(answer, _with_markers)]
    return "\n\n".join(filter(None, [*said, sources]))


def answer_plain(answer: Answer) -> str:
    """Return an answer as text without markup, with its sources and their quotations below."""
    sources = "\n".join(map(_source, answer.citations))
    listed = f"Sources\n{sources}" if sources else ""
    return printable("\n\n".join(filter(None, [*_said(answer, _with_markers), listed])))


def answer_latex(answer: Answer) -> str:
    r"""Return an answer as LaTeX with ``\cite``, and the BibTeX entries that it cites below."""
    papers = {citation.paper_id: _paper(citation) for citation in answer.citations}
    keys = dict(zip(papers, cite_keys(papers.values()), strict=True))
    key_of = {citation.marker: keys[citation.paper_id] for citation in answer.citations}
    said = _said(answer, lambda sentence: _cited(sentence, key_of), _as_latex)
    entries = (entry.rstrip() for entry in blocks(papers.values()))
    return printable("\n\n".join([*said, *entries]))


def _said(
    answer: Answer,
    written: Callable[[AnswerSentence], str],
    plain: Callable[[str], str] = str,
) -> Iterator[str]:
    """Yield what the reader must know first, in brackets, and each paragraph."""
    if not answer.sentences:
        yield from map(plain, answer.text.split("\n\n"))
        return
    if answer.reason:
        yield plain(f"({answer.reason})")
    for paragraph in paragraphs(answer.sentences):
        yield " ".join(map(written, paragraph))


def _quoted(sentence: AnswerSentence) -> str:
    is_quotation = sentence.verdict is Label.SUPPORTED and are_of_a_quotation(sentence.reasons)
    return f"“{sentence.text}”" if is_quotation else sentence.text


def _with_markers(sentence: AnswerSentence) -> str:
    return _quoted(sentence) + "".join(f" [{marker}]" for marker in sentence.citations)


def _cited(sentence: AnswerSentence, key_of: Mapping[int, str]) -> str:
    keys = list(dict.fromkeys(key_of[marker] for marker in sentence.citations))
    text = _quoted(sentence)
    mark = f"~\\cite{{{','.join(keys)}}}" if keys else ""
    stop = _STOP.search(text)  # stands after the mark, where it is no part of a quotation
    return _as_latex(text[: stop.start()]) + mark + stop[0] if stop else _as_latex(text) + mark


def _as_latex(text: str) -> str:
    return latex(text).translate(_IN_LATEX)


def _source(citation: Citation) -> str:
    """Return a citation on one line: its marker, what paper it is, the words it stands on."""
    known = (", ".join(citation.authors), str(citation.year or ""), citation.venue)
    about = [tidy(citation.title), *known, link_of(citation)]
    details = " ".join(f"{part}." for part in about if part)
    return f"[{citation.marker}] {details} “{' '.join(citation.quote.split())}”"


def _paper(citation: Citation) -> Paper:
    return Paper(
        citation.paper_id,
        tidy(citation.title),
        "",
        citation.authors,
        citation.year,
        citation.venue,
        citation.url,
        citation.doi,
        citation.arxiv_id,
    )


def plain_marks(text: str) -> str:
    """Return `text` so that Markdown shows it as it is, with markers as they stand."""
    return _MARKS.sub(r"\\\1", printable(text))
