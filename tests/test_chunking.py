"""Chunks: every sentence in exactly one run, within what the embedder reads, offsets exact."""

import functools
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from assistant.chunking import CHUNK_TOKENS, chunk_paper
from assistant.embedding import MiniLM
from assistant.readers import read_papers
from assistant.sentences import split_sentences
from assistant.tokens import count_tokens
from assistant.types import Chunk, Paper

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "eval" / "data" / "library" / "papers-page.txt"
MINILM = MiniLM()


@functools.cache
def tokenizer() -> Tokenizer:
    loaded = Tokenizer.from_file(str(ROOT / "assistant" / "minilm" / "tokenizer.json"))
    loaded.no_truncation()
    loaded.no_padding()
    return loaded


def word_pieces(text: str) -> int:
    """The model's own count, with its two special tokens."""
    return len(tokenizer().encode(text).ids)


def fits(text: str) -> bool:
    return word_pieces(text) <= 256


def paper(title: str, abstract: str) -> Paper:
    return Paper("id", title, abstract)


def assert_sound(paper: Paper, chunks: list[Chunk]) -> None:
    """What holds for every paper, however nasty."""
    end = 0
    for number, chunk in enumerate(chunks):
        assert chunk.chunk_id == f"{paper.paper_id}#{number}"
        assert chunk.paper_id == paper.paper_id
        assert end <= chunk.span.start <= chunk.span.end <= len(paper.abstract)
        assert not paper.abstract[end : chunk.span.start].strip()
        assert chunk.text.endswith(chunk.span.of(paper.abstract))
        assert word_pieces(chunk.text) <= 256
        end = chunk.span.end
    assert not paper.abstract[end:].strip()


def whole_sentences(paper: Paper, chunks: list[Chunk]) -> bool:
    spans = split_sentences(paper.abstract)
    starts, ends = {span.start for span in spans}, {span.end for span in spans}
    return all(chunk.span.start in starts and chunk.span.end in ends for chunk in chunks)


def test_the_sample_is_cut_at_sentences_within_both_limits():
    for each in read_papers(PAGE):
        chunks = chunk_paper(each, MINILM.fits)
        assert_sound(each, chunks)
        assert whole_sentences(each, chunks)
        for chunk in chunks:
            assert chunk.text == f"{each.title}\n{chunk.span.of(each.abstract)}"
            assert count_tokens(chunk.text) <= CHUNK_TOKENS


def test_neighbouring_chunks_of_the_sample_could_not_be_one():
    for each in read_papers(PAGE):
        chunks = chunk_paper(each, MINILM.fits)
        for one, other in zip(chunks, chunks[1:], strict=False):
            first = next(s for s in split_sentences(each.abstract) if s.start == other.span.start)
            together = f"{each.title}\n{each.abstract[one.span.start : first.end]}"
            assert count_tokens(together) > CHUNK_TOKENS or not fits(together)


def test_a_short_abstract_is_one_chunk():
    (chunk,) = chunk_paper(paper("Drift", " Clocks drift. We ask why.\n"), fits)
    assert (chunk.text, chunk.span.start, chunk.span.end) == (
        "Drift\nClocks drift. We ask why.",
        1,
        26,
    )


@pytest.mark.parametrize("abstract", ["", " \n"])
def test_without_an_abstract_the_title_is_the_chunk(abstract):
    (chunk,) = chunk_paper(paper("Drift of Clocks", abstract), fits)
    assert chunk.text == "Drift of Clocks"
    assert chunk.span.of(abstract) == ""


def test_only_the_sentence_that_is_too_long_alone_is_cut():
    long = "It drifts " + "and drifts again " * 120 + "at last."
    abstract = f"Clocks drift. {long} We stop here."
    chunks = chunk_paper(paper("Drift", abstract), fits)
    assert_sound(paper("Drift", abstract), chunks)
    assert len(chunks) > 2
    runs = [chunk.span.of(abstract) for chunk in chunks]
    assert runs[0].startswith("Clocks drift.") and runs[-1].endswith("We stop here.")
    assert " ".join(runs) == abstract, "cut at spaces only"


NASTY_TITLES = {
    "empty": "",
    "long": "A very long title of a paper on clocks " * 40,
    "one long word": "Clock" * 400,
    "dashes": "-" * 250,
    "dashes with spaces": "- " * 250,
    "equals": "=" * 5000,
    "emoji": "🕰️" * 120,
    "Hangul": "시계는차가운물에서느려진다" * 40,
    "Chinese": "钟在冷水中变慢" * 60,
    "marks": "Z̷̢͝a̵̧͑" * 50,
}
NASTY_ABSTRACTS = {
    "short": "Clocks drift. We ask why.",
    "no spaces": "clockdrift" * 500,
    "long words": ("pneumonoultramicroscopicsilicovolcanoconiosis" * 8 + " ") * 12,
    "emoji": "🕰️🧊" * 400,
    "emoji with spaces": "🕰️ 🧊 " * 400,
    "Chinese": "钟在冷水中变慢。" * 200,
    "dashes": "-" * 3000,
    "white space": "Clocks" + " " * 5000 + "drift." + "\n" * 300 + "Why?",
    "one letter words": "a b c d e f g h i j " * 60,
    "formula": "$\\sum_{i=0}^{n}\\frac{a_i^{2}}{b_i^{2}}$" * 80,
}


@pytest.mark.parametrize("title", NASTY_TITLES.values(), ids=NASTY_TITLES)
@pytest.mark.parametrize("abstract", NASTY_ABSTRACTS.values(), ids=NASTY_ABSTRACTS)
def test_nasty_papers_stay_within_what_the_embedder_reads(title, abstract):
    each = paper(title, abstract)
    chunks = chunk_paper(each, MINILM.fits)
    assert_sound(each, chunks)
    assert len(chunks) <= 2 + len(abstract) // 40, "the title leaves room for the abstract"


@settings(max_examples=60)
@given(st.text(max_size=200), st.text(max_size=2000))
def test_any_paper_stays_within_what_the_embedder_reads(title, abstract):
    each = paper(title, abstract)
    assert_sound(each, chunk_paper(each, fits))


PIECES = st.lists(
    st.sampled_from(["Clocks drift. ", "Why so? ", "x" * 300 + " ", "🕰️", "- ", "\n\n", "Eq. 3 "]),
    max_size=120,
).map("".join)  # fmt: skip


@settings(max_examples=60)
@given(PIECES)
def test_any_run_of_sentences_is_cut_at_sentences_where_one_fits(abstract):
    each = paper("Drift", abstract)
    chunks = chunk_paper(each, fits)
    assert_sound(each, chunks)
    alone = [f"Drift\n{span.of(abstract)}" for span in split_sentences(abstract)]
    if all(fits(text) and count_tokens(text) <= CHUNK_TOKENS for text in alone):
        assert not alone or whole_sentences(each, chunks)
