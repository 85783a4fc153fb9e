"""An `Answer` as plain values that the metrics judge: what it claims, and on what it stands."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from assistant.types import Answer, AnswerSentence, Citation, Label, Paper
from eval.markers import find_markers, strip_markers, strip_titles
from eval.metrics import CitedSentence


@dataclass(frozen=True, slots=True)
class AnswerReading:
    """A shown answer, read as a sceptic would.

    `claims` are the sentences that claim something; `uses` every marker that the reader
    sees, repeated as shown; `premises` the quotations of the valid citations by marker;
    `plain` the answer without markers and titles; `papers` the papers that are cited.
    """

    claims: tuple[CitedSentence, ...]
    labels: tuple[str, ...]
    uses: tuple[int, ...]
    premises: Mapping[int, str]
    sources: Mapping[int, str]
    papers: frozenset[str]
    plain: str


def read_answer(answer: Answer, papers: Mapping[str, Paper]) -> AnswerReading:
    """Read an answer against the papers (by id) of the library that it came from.

    A citation is valid if its marker stands for it alone, its paper is in the library
    and among those retrieved, and its quotation is exactly where it says, of whole words.
    Text outside the sentences is a claim without a citation, whatever it says.

    Raises:
        ValueError: the sentences' offsets don't fit the text, so nothing can be judged.
    """
    _check_offsets(answer)
    valid = {c.marker: c for c in _valid_citations(answer, papers)}
    quotes = [c.quote for c in valid.values()]
    cited = [(sentence, _cited(sentence, tail, quotes)) for sentence, tail in _with_tails(answer)]
    claims = [
        CitedSentence(strip_markers(sentence.text, quotes), markers)
        for sentence, markers in cited
        if markers or sentence.verdict is not Label.CONNECTIVE
    ]
    stray = [CitedSentence(text, ()) for text in _stray_texts(answer)]
    titles = {citation.title for citation in answer.citations}
    return AnswerReading(
        claims=(*claims, *stray),
        labels=tuple(str(sentence.verdict) for sentence in answer.sentences),
        uses=(
            *find_markers(_head(answer)),
            *(marker for _, markers in cited for marker in markers),
        ),
        premises={marker: citation.quote for marker, citation in valid.items()},
        sources={marker: papers[citation.paper_id].title for marker, citation in valid.items()},
        papers=frozenset(_title(citation, papers) for citation in answer.citations),
        plain=strip_titles(strip_markers(answer.text, quotes), titles),
    )


def _check_offsets(answer: Answer) -> None:
    for number, sentence in enumerate(answer.sentences, 1):
        shown = answer.text[sentence.start : sentence.end]
        if shown != sentence.text:
            raise ValueError(f"sentence {number} is {sentence.text!r}, its offsets show {shown!r}")
    for before, after in pairwise(answer.sentences):
        if before.end > after.start:
            raise ValueError(f"sentence {after.text!r} starts before the one above it ends")


def _valid_citations(answer: Answer, papers: Mapping[str, Paper]) -> Iterator[Citation]:
    retrieved = {row.paper_id for row in answer.retrieved}
    times = Counter(citation.marker for citation in answer.citations)
    for citation in answer.citations:
        paper = papers.get(citation.paper_id)
        in_place = paper is not None and _stands_in(paper.abstract, citation)
        if in_place and citation.paper_id in retrieved and times[citation.marker] == 1:
            yield citation


def _stands_in(abstract: str, citation: Citation) -> bool:
    """Whether the quotation is what stands there, and no word is cut and no space at its ends.

    Offsets that are wrong by one give a quotation of their own, which is in its place as well.
    """
    start, end = citation.start, citation.end
    quote = abstract[start:end]
    inside = [edge for edge in (start, end) if 0 < edge < len(abstract)]
    cut = any(abstract[edge - 1 : edge + 1].isalnum() for edge in inside)
    return bool(quote) and quote == citation.quote == quote.strip() and not cut


def _head(answer: Answer) -> str:
    """Return what stands before the first sentence: nothing, if all is well."""
    return answer.text[: answer.sentences[0].start] if answer.sentences else answer.text


def _with_tails(answer: Answer) -> Iterator[tuple[AnswerSentence, str]]:
    """Pair each sentence with what follows it: a marker may stand after the full stop."""
    for position, sentence in enumerate(answer.sentences, 1):
        rest = answer.sentences[position:]
        following = rest[0].start if rest else len(answer.text)
        yield sentence, answer.text[sentence.end : following]


def _cited(sentence: AnswerSentence, tail: str, quotes: list[str]) -> tuple[int, ...]:
    """Return the markers that the record or the text gives to a sentence, each once."""
    written = (*find_markers(sentence.text, quotes), *find_markers(tail))
    return tuple(dict.fromkeys((*sentence.citations, *written)))


def _stray_texts(answer: Answer) -> Iterator[str]:
    """Yield what stands outside the sentences and is no marker."""
    for text in (_head(answer), *(tail for _, tail in _with_tails(answer))):
        bare = strip_markers(text)
        if any(character.isalnum() for character in bare):
            yield bare


def _title(citation: Citation, papers: Mapping[str, Paper]) -> str:
    paper = papers.get(citation.paper_id)
    return paper.title if paper else citation.title
