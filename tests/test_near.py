"""Near duplicates are found by a sketch of their text; an exact comparison is the oracle."""

import random
from itertools import combinations

import pytest

from assistant.identity import NEAR_IDENTICAL, similarity, title_key
from assistant.store.merging import Work
from assistant.store.near import CROWD, near_duplicates
from assistant.store.record import Record
from assistant.types import Paper


@pytest.fixture
def record(tmp_path):
    record = Record(tmp_path / "library.sqlite")
    yield record
    record.close()


def store(record, papers):
    record.put([], [Work(each.paper_id, (each,)) for each in papers])


def test_all_pairs_that_an_exact_comparison_finds_are_found(record):
    draw = random.Random(3)
    vocabulary = [f"word{n}" for n in range(400)]
    papers = []
    for number in range(60):
        text = draw.choices(vocabulary, k=draw.choice([2, 4, 9, 60, 150]))
        near = list(text)
        near[draw.randrange(len(near))] = "another"
        near += draw.choices(vocabulary, k=draw.choice([0, 1, 30]))
        for twin, words in enumerate((text, near)):
            title = f"Title {number} {twin * draw.choice([0, 1])}"
            papers.append(Paper(f"{number:02}-{twin}", title, " ".join(words)))
    store(record, papers)
    found = {(p.first.paper_id, p.second.paper_id): p for p in near_duplicates(record)}
    expected = {
        (one.paper_id, other.paper_id)
        for one, other in combinations(papers, 2)
        if similarity(one.abstract, other.abstract) >= NEAR_IDENTICAL
        or title_key(one.title) == title_key(other.title)
    }
    assert set(found) == expected and len(expected) > 30
    for pair in found.values():
        assert pair.similarity == similarity(pair.first.abstract, pair.second.abstract)


def test_titles_alone_say_why_they_are_kept_apart(record):
    store(record, [Paper("a", "Editorial", "", year=2020), Paper("b", "Editorial", "", year=2021)])
    (pair,) = near_duplicates(record)
    assert (pair.first.paper_id, pair.second.paper_id, pair.similarity) == ("a", "b", 0)
    assert "no abstracts to compare" in pair.reason


def test_a_title_that_a_crowd_shares_makes_no_pairs(record):
    store(record, [Paper(f"{n}", "Editorial", f"Volume {n}, {n} words.") for n in range(CROWD + 1)])
    assert list(near_duplicates(record)) == []
