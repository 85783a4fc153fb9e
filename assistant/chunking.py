"""A paper as chunks: runs of whole sentences within a token budget, the title in front."""

from collections.abc import Callable, Iterator

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
    return [
        Chunk(
            chunk_id=f"{paper.paper_id}#{number}",
            paper_id=paper.paper_id,
            span=run,
            text=_embedded_text(heading, run.of(paper.abstract)),
        )
        for number, run in enumerate(runs)
    ]


def _runs(text: str, within: Callable[[Span], bool]) -> Iterator[Span]:
    """Yield runs of neighbouring sentences, each as long as `within` allows."""
    run: Span | None = None
    for sentence in split_sentences(text):
        for piece in _pieces(text, sentence, within):
            if run is not None and within(Span(run.start, piece.end)):
                run = Span(run.start, piece.end)
            else:
                if run is not None:
                    yield run
                run = piece
    if run is not None:
        yield run


def _pieces(text: str, sentence: Span, within: Callable[[Span], bool]) -> Iterator[Span]:
    """Yield the sentence itself, or its halves (at a space, again and again) if it is too long."""
    if within(sentence) or sentence.end - sentence.start < 2:
        yield sentence
        return
    middle = (sentence.start + sentence.end) // 2
    space = text.rfind(" ", sentence.start + 1, middle)
    cut = space if space > 0 else middle
    yield from _pieces(text, Span(sentence.start, cut), within)
    start = cut + 1 if space > 0 else cut
    yield from _pieces(text, Span(start, sentence.end), within)


def _shorten(title: str, fits: Fits) -> str:
    """Return the title on one line, cut (at a space, if it has one) to leave room for a run."""
    heading = " ".join(title.split())
    while heading and not _leaves_room(heading, fits):
        heading = heading[: len(heading) // 2].rsplit(" ", 1)[0]
    return heading


def _leaves_room(heading: str, fits: Fits) -> bool:
    """Whether the heading takes a third at most of what the embedder reads at once."""
    return count_tokens(heading) <= _TITLE_TOKENS and fits(" ".join([heading] * 3))


def _embedded_text(heading: str, run: str) -> str:
    return f"{heading}\n{run}" if run else heading
