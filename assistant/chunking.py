"""A paper as chunks: runs of whole sentences within a token budget, the title in front."""

from collections.abc import Callable, Iterator, Sequence

from assistant.sentences import split_sentences
from assistant.tokens import count_tokens
from assistant.types import Chunk, Paper, Span

CHUNK_TOKENS = 200
"""Budget of one chunk in tiktoken tokens, its title included."""

_TITLE_TOKENS = 60

Fits = Callable[[str], bool]


def chunk_paper(paper: Paper, fits: Fits, budget: int = CHUNK_TOKENS) -> list[Chunk]:
    """Return the chunks of `paper` in order; together they cover every sentence once.

    Args:
        paper: the paper; one without an abstract gives one chunk of its title alone.
        fits: whether the embedder reads a text whole, by its own tokenizer.
        budget: tiktoken tokens of one chunk's text. It bounds the run of sentences;
            `fits` bounds what tiktoken can't know (another tokenizer's count).
    """
    heading = _shorten(paper.title, fits)

    def within(span: Span) -> bool:
        text = _embedded_text(heading, span.of(paper.abstract))
        return count_tokens(text) <= budget and fits(text)

    runs = list(_runs(paper.abstract, within)) or [Span(0, 0)]
    return [make_chunk(paper, position, run, heading) for position, run in enumerate(runs)]


def make_chunk(paper: Paper, position: int, run: Span, heading: str) -> Chunk:
    """Return the chunk of a paper at a position, counted from 0: a run of sentences, headed."""
    return Chunk(
        chunk_id=f"{paper.paper_id}#{position}",
        paper_id=paper.paper_id,
        span=run,
        text=_embedded_text(heading, run.of(paper.abstract)),
    )


def paper_id_of(chunk_id: str) -> str:
    """Return the id of the paper that a chunk is of."""
    return chunk_id.rpartition("#")[0]


def heading_of(title: str) -> str:
    """Return a title on one line."""
    return " ".join(title.split())


def _runs(text: str, within: Callable[[Span], bool]) -> Iterator[Span]:
    """Yield runs of neighbouring sentences, each as long as `within` allows.

    A sentence that is too long alone goes in as its halves, again and again.
    """
    rest = list(split_sentences(text))
    while rest:
        length = _longest_run(rest, within)
        if length:
            yield _joined(rest[:length])
            rest = rest[length:]
        elif rest[0].end - rest[0].start < 2:
            yield rest.pop(0)
        else:
            rest[:1] = _halves(text, rest[0])


def _longest_run(rest: Sequence[Span], within: Callable[[Span], bool]) -> int:
    """Return how many of the first spans go together; measuring is dear, so all are tried first."""
    low, high = 0, len(rest)
    length = high
    while low < high:
        if within(_joined(rest[:length])):
            low = length
        else:
            high = length - 1
        length = (low + high + 1) // 2
    return low


def _joined(spans: Sequence[Span]) -> Span:
    return Span(spans[0].start, spans[-1].end)


def _halves(text: str, span: Span) -> tuple[Span, Span]:
    """Cut a span in the middle, at a space if there is one before it."""
    middle = (span.start + span.end) // 2
    space = text.rfind(" ", span.start + 1, middle)
    if space > 0:
        return Span(span.start, space), Span(space + 1, span.end)
    return Span(span.start, middle), Span(middle, span.end)


def _shorten(title: str, fits: Fits) -> str:
    """Return the title on one line, cut (at a space, if it has one) to leave room for a run."""
    heading = heading_of(title)
    while heading and not _leaves_room(heading, fits):
        heading = heading[: len(heading) // 2].rsplit(" ", 1)[0]
    return heading


def _leaves_room(heading: str, fits: Fits) -> bool:
    """Whether the heading takes a third at most of what the embedder reads at once."""
    return count_tokens(heading) <= _TITLE_TOKENS and fits(" ".join([heading] * 3))


def _embedded_text(heading: str, run: str) -> str:
    return f"{heading}\n{run}" if run else heading
