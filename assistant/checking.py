"""A person's own text against the library: its sentences, its markers, its list of references."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from assistant.identity import normalise_title
from assistant.library import Library
from assistant.markers import read_markers
from assistant.reference_list import ListedReference
from assistant.retrieval import named_papers
from assistant.sentences import split_sentences
from assistant.types import CheckedSentence, Evidence, Hit, Label, Paper, Span, Verdict
from assistant.words import stems

Search = Callable[[str], Sequence[Hit]]
Judge = Callable[[str, Sequence[Paper] | None], Verdict]
"""Checks a sentence against papers; against those of the library that are nearest if None."""

_MARKDOWN_HEADING = re.compile(r"#{1,6} .*")
_WORD = re.compile(r"[^\W\d_][\w’'-]*|\d{4}")
_AUTHOR = re.compile(r"[^\W\d_a-z][\w’'-]+")
_YEAR = re.compile(r"\b\d{4}")

_LONGEST_HEADING = 8
"""Words of a line without a full stop."""

TELLING_TITLE_WORDS = 3
"""A shorter title may stand in an entry by chance; then an author's name must as well."""

SAME_TITLE = 0.5
"""Share of a title's words that an entry with the paper's identifier holds at least."""


@dataclass(frozen=True, slots=True)
class CheckedReference:
    """An entry of a text's own list of references, and the paper of the library that it means.

    `problem` is what is wrong with it: it is not in the library (`paper` is None), or its
    identifier is that of a paper with another title. Offsets are into the text.
    """

    number: int
    text: str
    start: int
    end: int
    paper: Paper | None
    problem: str


def check_sentences(
    text: str, references: Sequence[CheckedReference], judge: Judge
) -> list[CheckedSentence]:
    """Check each sentence of a text, first against the papers that it cites.

    Args:
        text: without its list of references.
        references: the entries of that list; none where the text has no list, and its
            markers say nothing.
        judge: checks one sentence.
    """
    cited = {each.number: each.paper for each in references}
    checked = []
    for span in _sentences(text):
        sentence = span.of(text)
        numbers, unlisted = _citations(sentence, references)
        verdict, remarks = _judged(sentence, numbers, cited, judge)
        remarks += [f"{name} is not in the list of references" for name in unlisted]
        checked.append(
            CheckedSentence(
                text=sentence,
                start=span.start,
                end=span.end,
                verdict=verdict,
                cited=numbers,
                remarks=tuple(remarks),
                proposed=_proposed(verdict, [cited.get(number) for number in numbers]),
            )
        )
    return checked


def _citations(
    sentence: str, references: Sequence[CheckedReference]
) -> tuple[tuple[int, ...], list[str]]:
    """Return the numbers of the entries that a sentence cites, and the citations of no entry.

    By number, or by author and year: "(Friedman and Dieng, 2023)" is the entry that holds both.
    """
    if not references:
        return (), []
    markers = read_markers(sentence)
    numbers, unlisted = list(markers.numbers), []
    for name in chain.from_iterable(each.strip("()").split(";") for each in markers.remembered):
        author, year = _AUTHOR.search(name), _YEAR.search(name)
        found = [
            each.number
            for each in references
            if author and year and {author[0], year[0]} <= set(_WORD.findall(each.text))
        ]
        numbers += found
        unlisted += [] if found else [f"({name.strip()})"]
    return tuple(dict.fromkeys(numbers)), unlisted


def look_up(library: Library, search: Search, entry: ListedReference) -> CheckedReference:
    """Find the paper that an entry of a list of references means, and what is wrong with it.

    By its identifiers; else by its title, or a quotation of its abstract, among what is nearest.
    """
    problem = ""
    paper = next(map(library.paper, named_papers(library.record, entry.text)), None)
    if paper is not None and not _has_title(entry.text, paper):
        problem = f"its identifier is that of “{paper.title}”"
    elif paper is None:
        found = (hit.paper for hit in search(entry.text))
        paper = next((each for each in found if _means(entry.text, each)), None)
        problem = "" if paper else "not in the library"
    return CheckedReference(entry.number, entry.text, entry.start, entry.end, paper, problem)


def _judged(
    sentence: str, numbers: Sequence[int], cited: Mapping[int, Paper | None], judge: Judge
) -> tuple[Verdict, list[str]]:
    """Return the verdict on a sentence, and what is wrong with its markers."""
    remarks = list(_unusable(numbers, cited))
    papers = [paper for number in numbers if (paper := cited.get(number))]
    if not papers:
        return judge(sentence, None), remarks
    verdict = judge(sentence, papers)
    if verdict.label.shown or verdict.label is Label.CONTRADICTED:
        return verdict, remarks
    anywhere = judge(sentence, None)
    if anywhere.label.shown:
        marks = ", ".join(f"[{number}]" for number in numbers if cited.get(number))
        carrier = anywhere.evidence[0].paper.title if anywhere.evidence else "another paper"
        remarks.append(f"not said by {marks}; said by “{carrier}”")
    return anywhere, remarks


def _proposed(verdict: Verdict, cited: Sequence[Paper | None]) -> Evidence | None:
    """Return the passage to cite: that of a sentence that holds, unless its paper is cited."""
    if not verdict.label.shown or not verdict.evidence:
        return None
    passage = verdict.evidence[0]
    return None if passage.paper in cited else passage


def _unusable(numbers: Sequence[int], cited: Mapping[int, Paper | None]) -> Iterator[str]:
    for number in numbers:
        if number not in cited:
            yield f"[{number}] is not in the list of references"
        elif cited[number] is None:
            yield f"[{number}] is not in the library"


def _means(entry: str, paper: Paper) -> bool:
    """Whether an entry names a paper by its title, or is a quotation of its abstract."""
    said, title = normalise_title(entry), normalise_title(paper.title)
    if said and f" {said} " in f" {normalise_title(paper.abstract)} ":
        return True
    if f" {title} " not in f" {said} ":
        return False
    if len(title.split()) >= TELLING_TITLE_WORDS:
        return True
    names = (author.split(",")[0].split()[-1:] for author in paper.authors)
    return any(name and f" {normalise_title(name[0])} " in f" {said} " for name in names)


def _has_title(entry: str, paper: Paper) -> bool:
    """Whether an entry holds most words of a title, or nothing but an identifier."""
    held, wanted = set(stems(entry)), set(stems(paper.title))
    bare = len(entry.split()) < TELLING_TITLE_WORDS
    return bare or len(held & wanted) >= SAME_TITLE * len(wanted)


def _sentences(text: str) -> list[Span]:
    """Return the spans of a text's sentences; marks that stand alone go with the one before.

    Headings claim nothing and are left out.
    """
    spans: list[Span] = []
    for span in split_sentences(text):
        if _MARKDOWN_HEADING.fullmatch(span.of(text)) or _is_heading(text, span):
            continue
        if spans and not read_markers(span.of(text)).text:
            span = Span(spans.pop().start, span.end)
        spans.append(span)
    return spans


def _is_heading(text: str, span: Span) -> bool:
    """Whether a sentence is a short line above others, without a mark at its end."""
    line = span.of(text)
    alone = text[: span.start].rstrip(" \t")[-1:] in ("", "\n") and text[span.end :].startswith(
        "\n"
    )
    return alone and len(line.split()) <= _LONGEST_HEADING and line[-1].isalnum()
