"""A person's own text against the library: its sentences, its markers, its list of references."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

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
    text: str, cited: Mapping[int, Paper | None], judge: Judge
) -> list[CheckedSentence]:
    """Check each sentence of a text, first against the papers that it cites.

    Args:
        text: without its list of references.
        cited: the paper that each number of that list stands for, None where the library has
            none; empty where the text has no list, and its numbers say nothing.
        judge: checks one sentence.
    """
    checked = []
    for span in _sentences(text):
        sentence = span.of(text)
        numbers = read_markers(sentence).numbers if cited else ()
        verdict, remarks = _judged(sentence, numbers, cited, judge)
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

    Headings of Markdown claim nothing and are left out.
    """
    spans: list[Span] = []
    for span in split_sentences(text):
        if _MARKDOWN_HEADING.fullmatch(span.of(text)):
            continue
        if spans and not read_markers(span.of(text)).text:
            span = Span(spans.pop().start, span.end)
        spans.append(span)
    return spans
