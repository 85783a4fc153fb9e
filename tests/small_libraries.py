"""Small libraries with the hashing embedder, and what must hold of a whole one."""

import uuid

from doubles import HashingEmbedder, paper

from assistant.library import Library
from assistant.store.answers import AnswerRow


def open_library(folder, **embedder):
    return Library(folder, HashingEmbedder(**embedder))


def found_by(library, words):
    """The paper that each index finds for `words`: (dense, lexical)."""
    dense = library.dense(
        HashingEmbedder(dimension=library.embedder.dimension).embed([words])[0], 1
    )
    lexical = library.lexical(words, 1)
    return tuple(found[0][0] if found else None for found in (dense, lexical))


def text_of(number):
    each = paper(number)
    return f"{each.title}\n{each.abstract}"


def assert_whole(library, numbers):
    """The record and both indexes hold these papers, each findable, and nothing else."""
    numbers = list(numbers)
    assert {each.paper_id for each in library.papers()} == {f"title:{n}" for n in numbers}
    for number in numbers:
        assert found_by(library, text_of(number)) == (f"title:{number}",) * 2
    chunks = library.dense(library.embedder.embed(["water"])[0], 10_000)
    assert len(chunks) == library.record.count_chunks()
    assert {paper_id for paper_id, _ in chunks} == {f"title:{n}" for n in numbers}
    assert {paper_id for paper_id, _ in library.lexical("water", 10_000)} == {
        f"title:{n}" for n in numbers
    }


def keep_turn(record, conversation_id, about, answer):
    """Keep an answer, any JSON value, as the next turn of a conversation."""
    row = AnswerRow(uuid.uuid4().hex, "?", {"answer": answer}, conversation_id, about)
    record.answers.keep(row, {})
