"""Records of several sources in one library: merged, changed, removed, interrupted."""

from dataclasses import replace

import pytest
from doubles import paper, papers
from small_libraries import assert_whole, found_by, open_library

from assistant import library as library_module
from assistant.errors import ProviderError
from assistant.store.collection import DenseIndex
from assistant.store.indexes import Indexes
from assistant.store.record import Record
from assistant.types import Paper

LONG = "Tar is what we keep the sundial in. Its shadow is two fingers long at noon, and black."
SHORT = "Tar is what we keep the sundial in."
SUNDIAL = Paper("doi:10.1/s", "Sundials in tar", SHORT, doi="10.1/s", source="a.bib")
PREPRINT = replace(SUNDIAL, abstract=LONG, url="https://x.org/s", year=2020, source="b.jsonl")


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "library"


@pytest.fixture
def library(folder):
    with open_library(folder) as library:
        yield library


def test_what_another_source_says_again_is_merged_and_embeds_nothing(library):
    library.ingest(papers(3))
    library.embedder.texts.clear()
    fingerprint, generation = library.fingerprint, library.record.generation
    report = library.ingest(replace(each, source="b.bib") for each in papers(3))
    assert (report.merged, report.added, report.embedded) == (3, 0, 0)
    assert library.embedder.texts == []
    assert (library.fingerprint, library.record.generation) == (fingerprint, generation)
    assert [each.source for each in library.papers()] == ["b.bib"] * 3
    assert_whole(library, range(3))


@pytest.mark.parametrize("records", [[SUNDIAL, PREPRINT], [PREPRINT, SUNDIAL]])
@pytest.mark.parametrize("batch_size", [1, 2])
def test_two_sources_make_one_paper_with_the_longer_abstract(
    library, monkeypatch, records, batch_size
):
    monkeypatch.setattr(library_module, "BATCH_PAPERS", batch_size)
    report = library.ingest(records)
    assert (report.added, report.merged) == (1, 1)
    sources = tuple(each.source for each in (PREPRINT, SUNDIAL))
    assert list(library.papers()) == [
        replace(PREPRINT, source=sources[0], other_sources=sources[1:])
    ]
    assert found_by(library, "shadow two fingers") == ("doi:10.1/s",) * 2
    assert len(library.sentences("doi:10.1/s")[0]) == 2
    library.embedder.texts.clear()
    again = library.ingest(records)
    assert (again.unchanged, again.embedded, library.embedder.texts) == (2, 0, [])


def test_a_text_that_its_source_made_shorter_is_embedded_anew(library):
    library.ingest([PREPRINT])
    library.embedder.texts.clear()
    report = library.ingest([replace(PREPRINT, abstract=SHORT)])
    assert (report.updated, report.embedded) == (1, 2)
    assert library.paper("doi:10.1/s").abstract == SHORT
    assert len(library.dense(library.embedder.embed([SHORT])[0], 9)) == 1
    assert library.lexical("shadow", 1) == []


def test_changed_text_is_embedded_before_the_old_goes(folder):
    with open_library(folder) as library:
        library.ingest([SUNDIAL, paper(0)])
    with open_library(folder, fail_after=2) as library:
        with pytest.raises(ProviderError):
            library.ingest([replace(SUNDIAL, abstract=LONG), replace(paper(0), abstract="Gone.")])
        library.embedder.fail_after = None
        assert library.paper("doi:10.1/s") == SUNDIAL
        assert found_by(library, SHORT) == ("doi:10.1/s",) * 2
        assert library.paper("title:0") == paper(0)
        report = library.ingest([replace(SUNDIAL, abstract=LONG), paper(0)])
        assert (report.updated, report.unchanged) == (1, 1)


def test_papers_that_turn_out_to_be_one_leave_no_trace_in_the_indexes(library):
    other = replace(SUNDIAL, paper_id="arxiv:2101.00001", title="Shadows", arxiv_id="2101.00001")
    other = replace(other, doi=None, abstract="Shadows are long at dawn.", source="c.xml")
    library.ingest([SUNDIAL, other, paper(0)])
    assert library.count == 3
    library.ingest([Paper("x", "Both", "", doi="10.1/s", arxiv_id="2101.00001", source="d.ris")])
    assert library.count == 2
    assert library.paper("arxiv:2101.00001") == library.paper("doi:10.1/s")
    assert library.papers_by_id(["arxiv:2101.00001", "doi:10.1/s"]) == [library.paper("doi:10.1/s")]
    assert [each.source for each in library.records("arxiv:2101.00001")] == [
        "a.bib",
        "c.xml",
        "d.ris",
    ]
    assert library.sources() == {"": 1, "a.bib": 1, "c.xml": 1, "d.ris": 1}
    assert library.sentences("arxiv:2101.00001")[0] == library.sentences("doi:10.1/s")[0] != []
    found = {paper_id for paper_id, _ in library.dense(library.embedder.embed(["dawn"])[0], 9)}
    assert found == {"doi:10.1/s", "title:0"}
    assert library.remove(["arxiv:2101.00001"]).removed == 1
    assert_whole(library, [0])


def test_a_removed_paper_is_gone_from_everything(library):
    library.ingest(papers(4))
    report = library.remove(["title:1", "title:9"])
    assert report.to_dict() == {"removed": 1, "updated": 0, "not_found": ("title:9",)}
    assert_whole(library, [0, 2, 3])
    assert library.remove([]).removed == 0
    assert library.remove(["title:0", "title:2", "title:3"]).removed == 3
    assert library.count == 0 and found_by(library, "clock") == (None, None)
    library.ingest(papers(2))
    assert_whole(library, range(2))


@pytest.mark.parametrize(
    "name",
    [
        "doi:10.1/s",
        "10.1/S",
        "https://doi.org/10.1/s",
        "arXiv:2101.00001v3",
        "2101.00001",
        "https://arxiv.org/abs/2101.00001",
    ],
)
def test_a_paper_is_removed_by_its_id_its_doi_or_its_arxiv_id(library, name):
    library.ingest([paper(0), replace(SUNDIAL, arxiv_id="2101.00001")])
    assert library.remove([name]).to_dict() == {"removed": 1, "updated": 0, "not_found": ()}
    assert_whole(library, [0])


def test_a_removed_source_takes_along_what_only_it_said(library, monkeypatch):
    monkeypatch.setattr(library_module, "BATCH_PAPERS", 2)
    library.ingest([SUNDIAL, PREPRINT, *(replace(p, source="b.jsonl") for p in papers(5))])
    library.ingest([replace(paper(1), source="c.txt"), paper(7)])
    library.embedder.texts.clear()
    report = library.remove(["b.jsonl", "b.jsonl", ""])
    assert report.to_dict() == {"removed": 4, "updated": 2, "not_found": ("b.jsonl", "")}
    assert library.paper("doi:10.1/s") == SUNDIAL
    assert library.paper("title:1") == replace(paper(1), source="c.txt")
    assert library.embedder.texts == [f"{SUNDIAL.title}\n{SHORT}", SHORT]
    assert library.remove(["doi:10.1/s"]).removed == 1
    assert_whole(library, [1, 7])


def test_a_source_is_removed_not_at_all_if_what_is_left_cant_be_embedded(folder):
    with open_library(folder) as library:
        library.ingest([SUNDIAL, PREPRINT])
    with open_library(folder, fail_after=0) as library:
        with pytest.raises(ProviderError):
            library.remove(["b.jsonl"])
        assert library.paper("doi:10.1/s").abstract == LONG
        library.embedder.fail_after = None
        assert found_by(library, LONG) == ("doi:10.1/s",) * 2


STEPS = [
    (DenseIndex, "upsert"),
    (DenseIndex, "delete"),
    (Record, "put"),
    (Record, "ids_of_key"),
    (Indexes, "put"),
    (Indexes, "complete"),
]


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize(("owner", "name"), STEPS)
def test_an_interrupted_ingest_leaves_a_whole_library_and_the_next_goes_on(
    folder, monkeypatch, owner, name, after
):
    monkeypatch.setattr(library_module, "BATCH_PAPERS", 2)
    calls = iter(range(1_000_000))
    real = getattr(owner, name)

    def interrupted(*args, **kwargs):
        stop = next(calls) == (0 if name == "complete" else 2)
        if stop and not after:
            raise KeyboardInterrupt
        done = real(*args, **kwargs)
        if stop:
            raise KeyboardInterrupt
        return done

    with open_library(folder) as library, monkeypatch.context() as patched:
        patched.setattr(owner, name, interrupted)
        with pytest.raises(KeyboardInterrupt):
            library.ingest(papers(9))
    with open_library(folder) as library:
        numbers = range(library.count)
        assert_whole(library, numbers)
        assert library.embedder.texts == ["water"], "nothing is embedded anew"
        report = library.ingest(papers(9))
        assert (report.unchanged, report.added) == (len(numbers), 9 - len(numbers))
        assert_whole(library, range(9))


def test_items_that_fail_in_the_middle_leave_what_came_before(library, monkeypatch):
    monkeypatch.setattr(library_module, "BATCH_PAPERS", 2)

    def items():
        yield from papers(4)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        library.ingest(items())
    assert_whole(library, range(4))


def test_near_duplicates_are_kept_apart_and_listed_with_the_reason(library):
    retitled = replace(PREPRINT, title="Dials in tar", doi=None, source="c.bib", paper_id="c")
    library.ingest(
        [
            PREPRINT,
            retitled,
            replace(PREPRINT, doi="10.1/other", paper_id="doi:10.1/other", source="d.bib"),
            replace(PREPRINT, doi=None, abstract="Quite another text.", paper_id="e", source="e"),
            *papers(3),
        ]
    )
    pairs = [
        ({pair.first.paper_id, pair.second.paper_id}, round(pair.similarity, 2), pair.reason)
        for pair in library.near_duplicates()
    ]
    one, other = "doi:10.1/s", "doi:10.1/other"
    ids = f"{other} and {one}"
    retitle = "near-identical abstracts under different titles"
    assert len(pairs) == 5
    for expected in (
        (
            {one, other},
            1,
            f"one title and near-identical abstracts, but different identifiers ({ids})",
        ),
        ({one, "c"}, 1, retitle),
        ({other, "c"}, 1, retitle),
        ({one, "e"}, 0, "one title, but different abstracts"),
        ({other, "e"}, 0, "one title, but different abstracts"),
    ):
        assert expected in pairs


def test_a_library_without_near_duplicates_lists_none(library):
    library.ingest(papers(50))
    assert list(library.near_duplicates()) == []
