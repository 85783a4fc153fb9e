"""The doctor: planted faults are found, named, and mended by the command that is given."""

import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace

import numpy as np
import pytest
from chroma_server import running_server
from doubles import HashingEmbedder, paper, papers
from hypothesis import given
from hypothesis import strategies as st
from small_libraries import open_library

from assistant.chunking import chunk_paper
from assistant.cli import main
from assistant.commands.doctor import diagnosis_text
from assistant.errors import LibraryBusyError, ProviderError
from assistant.library import Library
from assistant.reembedding import reembed
from assistant.sentences import split_sentences
from assistant.store import doctor, probe
from assistant.store.chroma import open_index
from assistant.store.collection import DenseIndex
from assistant.store.diagnosis import Severity
from assistant.store.lock import writer_lock
from assistant.store.probe import Request, look_into_indexes
from assistant.store.soundness import are_runs, covers
from assistant.types import Paper, Span

LONG = replace(paper(7), abstract="We keep the clock in tar. It drifts by 3 seconds. " * 40)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A library of ten papers, one of them with several chunks; for copying only."""
    folder = tmp_path_factory.mktemp("made") / "library"
    with open_library(folder) as library:
        library.ingest([*papers(7), LONG, *papers(2, start=8)])
        assert library.record.count_chunks() > 12
    return folder


@pytest.fixture
def folder(made, tmp_path):
    return shutil.copytree(made, tmp_path / "library")


@pytest.fixture(autouse=True)
def probe_in_this_process(monkeypatch, request):
    """Look into the indexes without a second process, which costs seconds, where it is safe."""

    def run(asked):
        lines = "\n".join(look_into_indexes(Request(**json.loads(asked))))
        return subprocess.CompletedProcess((), 0, lines, "")

    if request.node.get_closest_marker("in_a_process") is None:
        monkeypatch.setattr(doctor, "_run_probe", run)


def diagnose(folder, **embedder):
    return doctor.diagnose(folder, HashingEmbedder(**embedder), wait_s=0.1)


def only(diagnosis):
    """The one finding of a library that needs a command."""
    assert diagnosis.exit_code == 1
    (finding,) = (each for each in diagnosis.findings if each.severity is not Severity.NOTE)
    assert finding.severity is Severity.FAULT
    return finding


def change(folder, *statements):
    """Change the record behind the program's back."""
    with closing(sqlite3.connect(folder / "library.sqlite")) as connection, connection:
        for statement in statements:
            assert connection.execute(statement).rowcount, statement


def rebuild(folder):
    with open_library(folder) as library:
        library.rebuild()


def assert_mended(folder):
    assert diagnose(folder).exit_code == 0
    with open_library(folder) as library:
        assert library.count == 10


@pytest.mark.in_a_process
def test_a_sound_library_is_healthy_and_every_vector_was_asked_for(folder):
    diagnosis = diagnose(folder)
    assert diagnosis.findings == () and diagnosis.exit_code == 0
    assert diagnosis.papers == diagnosis.papers_in_lexical == 10
    assert diagnosis.chunks == diagnosis.chunks_in_chroma == diagnosis.asked == diagnosis.found
    assert diagnosis.asked > 12
    assert (diagnosis.embedder, diagnosis.dimension) == ("hashing", 32)


def test_the_report_is_plain_json_and_text(folder):
    change(folder, "UPDATE chunks SET start = start + 1 WHERE paper_id = 'title:3'")
    diagnosis = diagnose(folder)
    said = json.loads(json.dumps(diagnosis.to_dict()))
    assert said["healthy"] is False and said["papers"] == 10
    assert said["findings"][0]["severity"] == "fault"
    text = diagnosis_text(diagnosis)
    assert "10 in the record, 10 in lexical" in text
    assert "run: paper-assistant library rebuild --reembed" in text
    assert text.endswith("needs a command")
    assert diagnosis_text(diagnose(folder.parent / "none")).endswith("healthy")


def test_a_library_without_papers_is_healthy(tmp_path):
    open_library(tmp_path).close()
    diagnosis = diagnose(tmp_path)
    assert (diagnosis.exit_code, diagnosis.papers, diagnosis.findings) == (0, 0, ())


def test_notes_are_not_faults(tmp_path):
    with open_library(tmp_path) as library:
        twin = replace(paper(1), paper_id="other", doi="10.1/b")
        library.ingest([replace(paper(1), doi="10.1/a"), twin, replace(paper(2), abstract="")])
    diagnosis = diagnose(tmp_path)
    assert diagnosis.exit_code == 0 and diagnosis.without_abstract == 1
    ((*pair, reason),) = diagnosis.near_duplicates
    assert set(pair) == {"title:1", "other"} and "10.1/a" in reason
    assert any(each.what.startswith("1 pair may be one paper: ") for each in diagnosis.findings)
    assert {finding.severity for finding in diagnosis.findings} == {Severity.NOTE}
    assert "library show" in diagnosis_text(diagnosis)


def test_vectors_removed_from_chroma_behind_the_records_back_are_missed(folder):
    with closing(open_index(folder / "chroma")) as index:
        index.delete(["title:3#0", "title:7#1"])
    finding = only(diagnose(folder))
    assert finding.part == "chroma" and "library rebuild" in finding.mend
    assert "2 chunks of the record are missing: title:3#0, title:7#1" in finding.what
    rebuild(folder)
    assert_mended(folder)


def test_a_chunk_exchanged_for_another_is_seen_though_the_counts_agree(folder):
    with closing(open_index(folder / "chroma")) as index:
        index.delete(["title:3#0"])
        row = ("stranger#0", {"document_id": "stranger"})
        index.upsert([row], HashingEmbedder().embed(["stranger"]))
    diagnosis = diagnose(folder)
    assert diagnosis.chunks == diagnosis.chunks_in_chroma
    kinds = [finding.what for finding in diagnosis.findings]
    assert kinds == [
        "1 chunks of the record are missing: title:3#0",
        "1 chunks are there that the record has not: stranger#0",
    ]


def test_a_vector_changed_in_chroma_does_not_find_itself(folder):
    with closing(open_index(folder / "chroma")) as index:
        row = ("title:3#0", {"document_id": "title:3"})
        index.upsert([row], -HashingEmbedder().embed(["another"]))
    diagnosis = diagnose(folder)
    assert (diagnosis.asked - diagnosis.found, diagnosis.exit_code) == (1, 1)
    assert only(diagnosis).what == (
        "1 chunks have another vector than in the record, or none: title:3#0"
    )


@pytest.mark.parametrize(("few", "severity"), [(0.01, Severity.FAULT), (0.2, Severity.NOTE)])
def test_vectors_that_a_search_misses_are_a_fault_unless_they_are_few(
    folder, monkeypatch, few, severity
):
    query = DenseIndex.query
    missed = {"title:3"}

    def query_that_misses(self, vector, top_k):
        return [each for each in query(self, vector, top_k) if each[0] not in missed]

    monkeypatch.setattr(DenseIndex, "query", query_that_misses)
    monkeypatch.setattr(probe, "FEW", few)
    diagnosis = diagnose(folder)
    (finding,) = diagnosis.findings
    assert diagnosis.asked - diagnosis.found == 1
    assert (finding.severity, finding.part) == (severity, "chroma")


@pytest.mark.in_a_process
@pytest.mark.parametrize("garbage", [b"", b"\xff{garbled" * 1000])
def test_garbage_in_the_chroma_folder_is_a_finding(folder, garbage):
    for path in (folder / "chroma").rglob("*"):
        if path.is_file():
            path.write_bytes(garbage)
    finding = only(diagnose(folder))
    assert finding.part == "chroma" and "library rebuild" in finding.mend
    rebuild(folder)
    assert_mended(folder)


@pytest.mark.in_a_process
@pytest.mark.parametrize("name", ["data_level0.bin", "header.bin", "link_lists.bin"])
def test_garbage_in_the_vector_files_is_a_finding_or_does_no_harm(folder, name):
    (path,) = (folder / "chroma").rglob(name)
    path.write_bytes(b"\xff" * max(1000, path.stat().st_size))
    diagnosis = diagnose(folder)
    if diagnosis.exit_code:
        assert {finding.part for finding in diagnosis.findings} == {"chroma"}
        rebuild(folder)
    else:  # so few vectors are still in Chroma's log as well
        assert diagnosis.found == diagnosis.chunks
    assert_mended(folder)


@pytest.mark.parametrize("part", ["chroma", "lexical"])
def test_a_deleted_index_is_named(folder, part):
    shutil.rmtree(folder / part)
    finding = only(diagnose(folder))
    assert part in finding.what and "missing" in finding.what
    assert "library rebuild" in finding.mend
    assert not (folder / part).exists(), "an examination changes nothing"
    rebuild(folder)
    assert_mended(folder)


def test_garbage_in_the_lexical_index_is_a_finding(folder):
    for path in (folder / "lexical").rglob("*.npy"):
        path.write_bytes(b"\xff{garbled" * 100)
    finding = only(diagnose(folder))
    assert finding.part == "lexical" and "library rebuild" in finding.mend
    rebuild(folder)
    assert_mended(folder)


def test_a_lexical_index_of_other_papers_is_a_finding(folder):
    (path,) = (folder / "lexical").rglob("index.json")
    index = json.loads(path.read_text())
    index["paper_ids"] = [*index["paper_ids"][1:], "stranger"]
    path.write_text(json.dumps(index))
    what = " ".join(finding.what for finding in diagnose(folder).findings)
    assert "1 papers of the record are missing: title:0" in what
    assert "stranger" in what


def test_an_interrupted_write_is_a_finding(folder):
    change(folder, "UPDATE meta SET value = value + 1 WHERE name = 'generation'")
    finding = only(diagnose(folder))
    assert "interrupted" in finding.what and "library rebuild" in finding.mend
    rebuild(folder)
    assert_mended(folder)


def test_a_flipped_byte_in_an_sqlite_page_is_unusable_and_names_file_and_fix(folder):
    path = folder / "library.sqlite"
    data = bytearray(path.read_bytes())
    page_bytes = int.from_bytes(data[16:18], "big")
    page = data.index(b"clock5 in cold water") // page_bytes
    data[page * page_bytes] ^= 0xFF  # the kind of the page
    path.write_bytes(data)
    diagnosis = diagnose(folder)
    assert diagnosis.exit_code == 3
    (finding,) = diagnosis.findings
    assert (finding.part, finding.severity) == ("record", Severity.UNUSABLE)
    assert "import-backup" in finding.mend
    assert diagnosis_text(diagnosis).endswith("unusable as it is")


def test_a_file_that_is_no_database_is_unusable(folder):
    (folder / "library.sqlite").write_bytes(b"garbled" * 1000)
    diagnosis = diagnose(folder)
    assert diagnosis.exit_code == 3
    assert "library.sqlite" in diagnosis.findings[0].what


REEMBED, TAKE_ANEW = "rebuild --reembed", "library remove ID"


@pytest.mark.parametrize(
    ("statement", "what", "mend"),
    [
        (
            "UPDATE chunks SET start = start + 1 WHERE paper_id = 'title:3'",
            "chunks whose offsets don't fit the abstract: title:3",
            REEMBED,
        ),
        (
            "UPDATE chunks SET end = end + 1 WHERE paper_id = 'title:7' AND position = 0",
            "chunks whose offsets don't fit the abstract: title:7",
            REEMBED,
        ),
        (
            "UPDATE chunks SET vector = zeroblob(64) WHERE paper_id = 'title:3'",
            "vectors that are damaged: title:3",
            REEMBED,
        ),
        ("DELETE FROM chunks WHERE paper_id = 'title:3'", "no usable vectors: title:3", REEMBED),
        (
            "UPDATE papers SET abstract = replace(abstract, 'drift is', 'drift’s') "
            "WHERE paper_id = 'title:3'",
            "papers differ from the hash that was stored with them: title:3",
            TAKE_ANEW,
        ),
        (
            "UPDATE papers SET year = 1900 WHERE paper_id = 'title:3'",
            "papers differ from the hash that was stored with them: title:3",
            TAKE_ANEW,
        ),
        (
            "UPDATE records SET record_hash = 'x' WHERE paper_id = 'title:3'",
            "sources that differ from the hash that was stored with them: title:3",
            TAKE_ANEW,
        ),
        ("DELETE FROM records WHERE paper_id = 'title:3'", "no source left: title:3", TAKE_ANEW),
        ("DELETE FROM keys WHERE paper_id = 'title:3'", "or title of theirs: title:3", TAKE_ANEW),
    ],
)
def test_a_change_to_the_record_is_found_and_the_command_mends_it(folder, statement, what, mend):
    change(folder, statement)
    diagnosis = diagnose(folder)
    assert diagnosis.exit_code == 1
    assert any(what in each.what and mend in each.mend for each in diagnosis.findings), diagnosis
    if mend == REEMBED:
        reembed(folder, HashingEmbedder())
    else:
        with open_library(folder) as library:
            library.remove([diagnosis.findings[0].what.split()[-1]])
            library.ingest(papers(7))
    assert_mended(folder)


def test_a_source_that_was_lost_is_found(tmp_path):
    with open_library(tmp_path) as library:
        one = replace(paper(1), doi="10.1/a", source="a.ris")
        library.ingest([one, replace(one, source="b.ris", venue="Acta Horologica")])
    change(tmp_path, "DELETE FROM records WHERE source = 'b.ris'")
    finding = only(diagnose(tmp_path))
    assert finding.what == "1 papers are not what their sources say together: title:1"
    assert TAKE_ANEW in finding.mend


def test_changed_offsets_of_sentences_are_found(folder):
    from assistant.store.packing import pack_spans

    with open_library(folder) as library:
        spans, _ = library.sentences("title:3")
    moved = pack_spans([replace(spans[0], end=spans[0].end - 1), *spans[1:]])
    with closing(sqlite3.connect(folder / "library.sqlite")) as connection, connection:
        connection.execute("UPDATE sentences SET spans = ? WHERE paper_id = 'title:3'", (moved,))
    finding = only(diagnose(folder))
    assert "sentences whose offsets don't fit the abstract: title:3" in finding.what


def test_another_embedder_is_unusable_and_names_both(folder):
    (finding,) = diagnose(folder, name="other").findings
    assert finding.severity is Severity.UNUSABLE
    assert "hashing" in finding.what and "other" in finding.what and "--reembed" in finding.mend
    diagnosis = diagnose(folder, dimension=48)
    assert diagnosis.exit_code == 3
    assert "48" in diagnosis.findings[0].what and "32" in diagnosis.findings[0].what


def test_an_embedder_that_changed_under_its_name_is_found_out(folder, monkeypatch):
    embed = HashingEmbedder.embed
    monkeypatch.setattr(
        HashingEmbedder, "embed", lambda self, texts: np.flip(embed(self, texts), 1)
    )
    finding = only(diagnose(folder))
    assert finding.part == "embedder" and "--reembed" in finding.mend


def test_an_embedder_that_can_not_be_asked_is_a_note(folder, monkeypatch):
    def fail(self, texts):
        raise ProviderError("no server at http://127.0.0.1:9; start it")

    monkeypatch.setattr(HashingEmbedder, "embed", fail)
    diagnosis = diagnose(folder)
    assert diagnosis.exit_code == 0
    assert [each.severity for each in diagnosis.findings] == [Severity.NOTE]


CRASH = "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"
LEXICAL = f'print(\'{doctor.MARK}"lexical", "papers_in_lexical": 10, "findings": []}}\')'


@pytest.mark.in_a_process
@pytest.mark.parametrize(
    ("code", "part"), [(CRASH, "lexical"), (f"{LEXICAL[:-1]}, flush=True); {CRASH}", "chroma")]
)
def test_a_crash_while_looking_is_a_finding_and_crashes_nothing_else(
    folder, monkeypatch, code, part
):
    monkeypatch.setattr(doctor, "PROBE", (sys.executable, "-c", code))
    finding = only(diagnose(folder))
    assert finding.part == part and "SIGSEGV" in finding.what
    assert "library rebuild" in finding.mend


@pytest.mark.in_a_process
def test_a_look_that_never_ends_is_ended(folder, monkeypatch):
    monkeypatch.setattr(doctor, "PROBE", (sys.executable, "-c", "import time; time.sleep(60)"))
    monkeypatch.setattr(doctor, "PROBE_S", 0.2)
    assert "took over 0.2 s" in only(diagnose(folder)).what


def test_a_large_library_is_sampled_evenly(folder, monkeypatch):
    monkeypatch.setattr(doctor, "VECTORS_ASKED", 5)
    diagnosis = diagnose(folder)
    assert diagnosis.exit_code == 0 and 4 <= diagnosis.asked == diagnosis.found <= 5


def test_the_doctor_waits_for_a_writer(folder):
    with writer_lock(folder, 0), pytest.raises(LibraryBusyError, match="writing"):
        diagnose(folder)


def test_an_examination_changes_nothing(folder):
    before = {
        p: p.read_bytes() for p in folder.rglob("*") if p.suffix in (".npy", ".json", ".toml")
    }
    record = (folder / "library.sqlite").read_bytes()
    diagnose(folder)
    assert {path: path.read_bytes() for path in before} == before
    assert (folder / "library.sqlite").read_bytes() == record


@given(st.text() | st.text("a. B?\n\t 1", max_size=300))
def test_chunks_and_sentences_of_any_text_fit_it(text):
    sentences = split_sentences(text)
    spans = [chunk.span for chunk in chunk_paper(Paper("p", "T", text), lambda t: len(t) < 60)]
    assert covers(text, sentences)
    assert are_runs(spans, sentences) and covers(text, spans)


def test_offsets_that_do_not_fit_are_told():
    text = "One two. Three."
    assert covers(text, [Span(0, 8), Span(9, 15)])
    for spans in ([(0, 8)], [(0, 7), (9, 15)], [(0, 9), (8, 15)], [(0, 8), (9, 16)], [(9, 15)]):
        assert not covers(text, [Span(*each) for each in spans])
    sentences = [Span(0, 8), Span(9, 15)]
    assert are_runs([Span(0, 15)], sentences) and are_runs([Span(0, 3), Span(4, 15)], sentences)
    for span in (Span(0, 9), Span(8, 15), Span(0, 0)):
        assert not are_runs([span], sentences)
    assert are_runs([Span(0, 0)], []) and not are_runs([Span(0, 1)], []) and not are_runs([], [])


def test_the_command_tells_what_was_found_and_ends_with_its_exit_code(
    sample_library, tmp_path, capsys
):
    folder = shutil.copytree(sample_library, tmp_path / "library")
    assert main(["--library", str(folder), "library", "doctor"]) == 0
    out = capsys.readouterr().out
    assert "195 in the record, 195 in lexical" in out and out.endswith("healthy\n")
    shutil.rmtree(folder / "lexical")
    assert main(["--library", str(folder), "library", "doctor", "--json"]) == 1
    said = json.loads(capsys.readouterr().out)
    assert said["healthy"] is False and "library rebuild" in said["findings"][0]["mend"]
    assert main(["--library", str(tmp_path / "none"), "library", "doctor"]) == 3


def test_vectors_on_a_server_are_examined_there_and_its_absence_is_told(tmp_path):
    folder = tmp_path / "library"
    with running_server(tmp_path / "server") as url:
        with Library(folder, HashingEmbedder(), chroma_url=url) as library:
            library.ingest(papers(5))
        diagnosis = doctor.diagnose(folder, HashingEmbedder(), chroma_url=url)
        assert diagnosis.exit_code == 0 and diagnosis.findings == ()
        assert diagnosis.chunks_in_chroma == diagnosis.found == 5
    diagnosis = doctor.diagnose(folder, HashingEmbedder(), chroma_url=url, timeout_s=2)
    finding = only(diagnosis)
    assert finding.part == "chroma" and url.removeprefix("http://") in finding.what
    assert diagnosis.papers_in_lexical == 5
