"""Makes test collections of any papers: each query is made from one paper, which it must find.

Known-item search (Azzopardi and de Rijke 2006) needs no judgements, so it can be had for every
collection. What a query takes over from its paper is literal, which favours words over meaning.
"""

import argparse
import gzip
import json
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from assistant.errors import UsageError
from assistant.readers import read_paths
from assistant.sentences import split_sentences
from assistant.types import Paper
from assistant.words import STOP_WORDS, words
from eval.bench import Bench, Call, add_papers

PAPERS = 8_000
QUERIES = 400
SEED = 0

TITLE_WORDS = 3
KEYWORDS = 4
KEPT = 0.6
"""Share of the content words of a sentence that stay in a query of the style ``rest``."""

Style = Callable[[Paper, random.Random], str]
"""Makes a query from a paper with a title and an abstract; "" where it has not enough words."""


def whole_title(paper: Paper, draw: random.Random) -> str:
    """Return the title."""
    return paper.title


def title_words(paper: Paper, draw: random.Random) -> str:
    """Return a few words of the title, in any order."""
    return _drawn(_content_words(paper.title), TITLE_WORDS, draw)


def keywords(paper: Paper, draw: random.Random) -> str:
    """Return a few different words of the abstract, in any order."""
    return _drawn(sorted(set(_content_words(paper.abstract))), KEYWORDS, draw)


def one_sentence(paper: Paper, draw: random.Random) -> str:
    """Return one sentence of the abstract."""
    return draw.choice(_sentences(paper))


def rest_of_a_sentence(paper: Paper, draw: random.Random) -> str:
    """Return what is left of a sentence of which words were forgotten."""
    kept = _content_words(one_sentence(paper, draw))
    return " ".join(word for word in kept if draw.random() < KEPT)


def first_half(paper: Paper, draw: random.Random) -> str:
    """Return the first half of the abstract's sentences."""
    sentences = _sentences(paper)
    return " ".join(sentences[: (len(sentences) + 1) // 2])


STYLES: Mapping[str, Style] = {
    "title": whole_title,
    "title-words": title_words,
    "keywords": keywords,
    "sentence": one_sentence,
    "rest": rest_of_a_sentence,
    "passage": first_half,
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add which papers, how many, and where the collections go."""
    parser.epilog = "Measure each with: paper-assistant bench retrieval --dataset DIR/title"
    add_papers(parser, "to make queries from")
    parser.add_argument(
        "--output", type=Path, metavar="DIR", required=True, help="folder for the collections"
    )
    parser.add_argument(
        "--count", type=int, default=PAPERS, metavar="N", help=f"papers in each ({PAPERS})"
    )
    parser.add_argument(
        "--queries", type=int, default=QUERIES, metavar="N", help=f"queries of each ({QUERIES})"
    )
    parser.add_argument("--seed", type=int, default=SEED, help=f"of what is drawn ({SEED})")


def run(call: Call) -> int:
    """Write a collection in the form of BEIR for each style, all over the same papers.

    Raises:
        UsageError: there are fewer papers than wanted, or the folder can't be written.
    """
    arguments = call.arguments
    papers, sources = _draw(arguments.papers, arguments.count, arguments.queries, arguments.seed)
    written = {}
    for name, style in STYLES.items():
        # Each style draws anew from the seed: another style more or less changes none.
        queries = make_queries(sources, style, random.Random(arguments.seed))
        try:
            write_collection(arguments.output / name, papers, queries)
        except OSError as error:
            raise UsageError(f"{arguments.output / name} can't be written: {error}") from error
        written[name] = len(queries)
    lines = [f"{count} queries in {arguments.output / name}" for name, count in written.items()]
    told = f"{len(papers)} papers drawn with seed {arguments.seed}"
    return call.tell({"papers": len(papers), "queries": written}, "\n".join([told, *lines]))


def make_queries(papers: Iterable[Paper], style: Style, draw: random.Random) -> dict[str, str]:
    """Return a query for each paper by the paper's id, but for those that get none."""
    queries = {paper.paper_id: " ".join(style(paper, draw).split()) for paper in papers}
    return {paper_id: query for paper_id, query in queries.items() if query}


def write_collection(folder: Path, papers: Iterable[Paper], queries: Mapping[str, str]) -> None:
    """Write papers, and queries by the id of the paper that each must find, as BEIR has them.

    Raises:
        OSError: the folder can't be written.
    """
    (folder / "qrels").mkdir(parents=True, exist_ok=True)
    documents = (_line({"_id": p.paper_id, "title": p.title, "text": p.abstract}) for p in papers)
    packed = gzip.compress("".join(documents).encode(), mtime=0)
    (folder / "corpus.jsonl.gz").write_bytes(packed)
    asked = (_line({"_id": each, "text": query}) for each, query in queries.items())
    (folder / "queries.jsonl").write_text("".join(asked), encoding="utf-8")
    judged = (f"{each}\t{each}\t1\n" for each in queries)
    header = "query-id\tcorpus-id\tscore\n"
    (folder / "qrels" / "test.tsv").write_text(header + "".join(judged), encoding="utf-8")


def _draw(
    paths: Sequence[Path], count: int, queries: int, seed: int
) -> tuple[list[Paper], list[Paper]]:
    """Return the papers of a collection, and those among them that queries are made from."""
    read = (paper for paper in read_paths(paths) if isinstance(paper, Paper))
    held = {paper.paper_id: paper for paper in read if _content_words(paper.abstract)}
    if not 0 < queries <= count <= len(held):
        raise UsageError(
            f"{queries} queries over {count} papers wanted, and the files hold {len(held)} with "
            "an abstract; give more files, or smaller --count and --queries"
        )
    papers = random.Random(seed).sample(list(held.values()), count)
    return papers, papers[:queries]


def _content_words(text: str) -> list[str]:
    return [word for word in words(text) if word not in STOP_WORDS and word.isalpha()]


def _drawn(found: list[str], count: int, draw: random.Random) -> str:
    return " ".join(draw.sample(found, count)) if len(found) >= count else ""


def _sentences(paper: Paper) -> list[str]:
    return [span.of(paper.abstract) for span in split_sentences(paper.abstract)]


def _line(row: dict[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False) + "\n"


BENCH = Bench(
    "test collections made of your papers, for the bench of retrieval", add_arguments, run
)
