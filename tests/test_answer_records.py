"""Records of answers: kept as settings say, made again without a model, held against today."""

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest
from doubles import HashingEmbedder
from scripted_model import ask_scripted

from assistant import Assistant
from assistant.errors import LibraryError, ProviderError, UsageError
from assistant.filters import Filters
from assistant.records import notes
from assistant.records.answer_record import record_from_dict
from assistant.records.notes import sha256
from assistant.store import answers as store
from assistant.types import Label, Paper, Verdict

DRIFT = "Quartz clocks drift in cold water."
HALVED = "Housings of steel halve the drift of 3 seconds."
PAPERS = [
    Paper(
        "quartz",
        "Quartz Clocks in Cold Water",
        f"{DRIFT} The median drift is 3 seconds a month. Steel housings halve the drift of "
        "3 seconds.",
        year=2021,
    ),
    Paper("sundial", "Sundials under Cloud", "Under cloud the error of sundials grows."),
]
QUESTION = "Do quartz clocks drift in cold water?"
DRAFT = f"{DRIFT} [1] The drift is 9 seconds a month. [1] {HALVED} [7] Half \ud800 a letter. [2]"


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "library"


@pytest.fixture
def clocks(folder):
    with Assistant.open(folder) as assistant:
        assistant.library.ingest(PAPERS)
        yield assistant


def made_again(assistant, answer):
    replay = assistant.answers.replay(answer.record_id)
    assert replay.answer == answer
    assert replay.differences == ()


def rows(folder, query):
    with closing(sqlite3.connect(folder / "library.sqlite")) as connection:
        return connection.execute(query).fetchall()


@pytest.mark.parametrize(
    ("question", "filters"),
    [
        (QUESTION, Filters()),
        (QUESTION, Filters(years=(2020, None))),
        (f"{QUESTION} And what happens to sundials under cloud?", Filters()),
        ("What is the capital of France?", Filters()),
        (QUESTION, Filters(years=(1990, 1999))),
    ],
)
def test_every_answer_is_kept_and_made_again_letter_for_letter(clocks, question, filters):
    answer = clocks.ask(question, filters=filters)
    made_again(clocks, answer)
    assert clocks.answers.record(answer.record_id).filters == filters


def test_a_models_answer_is_made_again_without_model_or_embedder(clocks, monkeypatch):
    answer, _ = ask_scripted(clocks, QUESTION, DRAFT)
    assert [sentence.verdict for sentence in answer.sentences] == ["supported", "supported"]
    assert [dropped.text for dropped in answer.dropped][0] == "The drift is 9 seconds a month."

    def refuse(*_):
        raise AssertionError("asked")

    clocks.model = refuse
    monkeypatch.setattr(clocks.library, "embedder", None)
    monkeypatch.setattr(type(clocks.library), "idf", refuse)
    made_again(clocks, answer)


def test_a_record_says_what_the_answer_was_made_of(clocks):
    answer, model = ask_scripted(clocks, QUESTION, DRAFT)
    record = clocks.answers.record(answer.record_id)
    drafts = [draft for draft, _ in record.checked]
    assert [draft.text for draft in drafts[:3]] == [
        DRIFT,
        "The drift is 9 seconds a month.",
        HALVED,
    ]
    assert drafts[2].invented == ("[7]",)
    assert drafts[0].hints[0].quote == DRIFT
    (prompt,) = record.prompts
    assert prompt.name == "answer"
    assert prompt == replace(prompt, sha256=sha256(model.prompts[0]))
    kept = clocks.library.record.answers.record(answer.record_id)
    assert kept["evidence"][0]["quote_sha256"] == sha256(DRIFT)
    assert kept["evidence"][0]["abstract_sha256"] == sha256(PAPERS[0].abstract)
    made_with = {"paper-assistant", "library schema", "embedder", "checker", "python"}
    assert set(kept["versions"]) == made_with
    assert kept["answer"]["library"]["fingerprint"] == clocks.library.fingerprint


def test_a_model_of_whom_nothing_passes_leaves_a_record_of_what_took_over(clocks):
    answer, _ = ask_scripted(clocks, QUESTION, "The drift is 9 seconds a month. [1] Paris is big.")
    assert answer.engine == "extractive"
    assert answer.sentences[0].text == DRIFT
    assert len(answer.dropped) == 2
    made_again(clocks, answer)


def test_a_model_that_fails_leaves_a_record_of_what_took_over(clocks):
    answer, _ = ask_scripted(clocks, QUESTION, "Bananas are yellow. ", ProviderError("gone"))
    assert answer.engine == "extractive" and "gone" in answer.reason
    assert clocks.answers.record(answer.record_id).engine == "openai"
    made_again(clocks, answer)


def test_checks_that_judge_otherwise_are_told_with_the_sentence(clocks, monkeypatch):
    answer = clocks.ask(QUESTION)
    failed = Verdict(Label.UNSUPPORTED, 0.0, (), ("stricter: no",))
    monkeypatch.setattr(notes, "check", lambda *_: failed)
    replay = clocks.answers.replay(answer.record_id)
    assert replay.answer.refused
    first = answer.sentences[0].text
    assert replay.differences[0].startswith("it was answered, and is refused")
    assert f"“{first}” was supported" in replay.differences[1]
    assert "is unsupported (stricter: no)" in replay.differences[1]
    assert clocks.answers.diff(answer.record_id).by_code == replay.differences


def test_vectors_of_two_embedders_are_never_compared(clocks, monkeypatch):
    answer, _ = ask_scripted(clocks, QUESTION, DRAFT)
    monkeypatch.setattr(clocks.library, "embedder", HashingEmbedder())
    made_again(clocks, answer)
    real = notes.check
    monkeypatch.setattr(notes, "check", lambda claim, *rest: real(f"{claim} So.", *rest))
    with pytest.raises(LibraryError, match="the library has hashing now: .* ask the question"):
        clocks.answers.replay(answer.record_id)


def test_an_answer_is_made_again_after_its_papers_are_gone(clocks):
    answer, _ = ask_scripted(clocks, QUESTION, DRAFT)
    clocks.library.remove(["quartz", "sundial"])
    made_again(clocks, answer)


def test_a_library_that_is_the_same_changes_nothing(clocks):
    for answer in (clocks.ask(QUESTION), clocks.ask("What is the capital of France?")):
        found = clocks.answers.diff(answer.record_id)
        assert not found.changed
        assert found.to_dict()["changed"] is False
        assert not found.versions


def test_a_paper_that_is_gone_or_reworded_or_new_is_told(clocks):
    answer = clocks.ask(QUESTION)
    quoted = answer.sentences[0].text
    fresh = Paper("new", "Quartz Clocks Drift", "Quartz clocks in cold water drift by a second.")
    clocks.library.ingest([replace(PAPERS[0], abstract="Quartz clocks never drift at all."), fresh])
    clocks.library.remove(["sundial"])
    found = clocks.answers.diff(answer.record_id)
    assert (found.gone, found.reworded, found.found) == (("sundial",), ("quartz",), ("new",))
    assert found.sentences[0]["text"] == quoted
    assert (found.sentences[0]["was"], found.by_code) == ("supported", ())
    assert found.sentences[0]["now"] in ("unsupported", "contradicted")
    assert found.library[0] != found.library[1]
    assert found.changed


def test_a_paper_with_other_details_is_told_apart_from_one_with_another_abstract(clocks):
    answer = clocks.ask(QUESTION)
    clocks.library.ingest([replace(PAPERS[0], venue="Journal of Slow Time")])
    found = clocks.answers.diff(answer.record_id)
    assert (found.edited, found.reworded, found.sentences) == (("quartz",), (), ())


def test_a_question_that_the_library_answers_only_now_is_told(folder):
    with Assistant.open(folder) as assistant:
        assistant.library.ingest(PAPERS[1:])
        refused = assistant.ask("What is the median drift of quartz clocks a month?")
        assert refused.refused
        assistant.library.ingest(PAPERS)
        found = assistant.answers.diff(refused.record_id)
        assert (found.answered, found.found) == ((False, True), ("quartz",))


def test_an_unknown_id_is_an_error_with_the_fix(clocks):
    for what in (clocks.answers.replay, clocks.answers.diff, clocks.answers.record):
        with pytest.raises(UsageError, match="'nope' is kept .*: paper-assistant answers$"):
            what("nope")
    kept = clocks.ask(QUESTION).record_id
    with pytest.raises(UsageError, match="'nope'"):
        clocks.answers.delete([kept, "nope"])
    assert [each.record_id for each in clocks.answers.list()] == [kept]


def test_answers_are_listed_with_the_newest_first_and_deleted_with_their_sources(clocks, folder):
    first, second = clocks.ask(QUESTION), clocks.ask("What is the capital of France?")
    assert [each.record_id for each in clocks.answers.list()] == [
        second.record_id,
        first.record_id,
    ]
    assert [each.question for each in clocks.answers.list(1)] == [second.question]
    assert rows(folder, "SELECT count(*) FROM kept_sources") == [(2,)]
    assert clocks.answers.delete([first.record_id]) == 1
    assert rows(folder, "SELECT count(*) FROM kept_sources") == [(0,)]
    assert [each.record_id for each in clocks.answers.list()] == [second.record_id]


def test_a_source_is_stored_once_for_all_answers_that_stand_on_it(clocks, folder):
    one, other = clocks.ask(QUESTION), clocks.ask(QUESTION)
    assert rows(folder, "SELECT count(*) FROM kept_sources") == [(2,)]
    clocks.answers.delete([one.record_id])
    made_again(clocks, other)


def aged(folder, days):
    with closing(sqlite3.connect(folder / "library.sqlite")) as connection, connection:
        for table in ("answers", "turns"):
            connection.execute(f"UPDATE {table} SET at = datetime('now', ?)", (f"-{days} days",))


def test_single_answers_go_after_their_days_and_conversations_stay(clocks, folder):
    single, talk = clocks.ask(QUESTION), clocks.conversation()
    in_talk = talk.ask(QUESTION)
    aged(folder, 91)
    with Assistant.open(folder) as later:
        fresh = later.ask(QUESTION)
        kept = {each.record_id for each in later.answers.list()}
        assert kept == {in_talk.record_id, fresh.record_id}
        assert single.record_id not in kept
        made_again(later, in_talk)
        assert [each.conversation_id for each in later.conversations()] == [talk.id]


def test_conversations_go_where_a_setting_says_so(clocks, folder):
    talk = clocks.conversation()
    talk.ask(QUESTION)
    aged(folder, 8)
    with Assistant.open(folder, keep_conversations_days=7) as later:
        later.ask("What is the capital of France?")
        assert later.conversations() == []
        assert [each.conversation_id for each in later.answers.list()] == [None]


def test_a_conversation_that_goes_on_keeps_its_turns_however_old(clocks, folder):
    talk = clocks.conversation()
    talk.ask(QUESTION)
    aged(folder, 8)
    with Assistant.open(folder, keep_conversations_days=7) as later:
        later.conversation(talk.id).ask("And why?")
        assert len(later.conversation(talk.id).turns) == 2


def test_of_answers_that_are_not_to_be_kept_nothing_stays(clocks, folder):
    clocks.ask(QUESTION)
    with Assistant.open(folder, keep_answers_days=0, keep_conversations_days=0) as later:
        talk = later.conversation()
        assert later.ask(QUESTION).record_id is talk.ask(QUESTION).record_id is None
        assert not talk.ask("And why?").refused, "what was said is known while it is open"
        assert later.answers.list() == later.conversations() == talk.turns == []
    assert rows(folder, "SELECT count(*) FROM kept_sources") == [(0,)]


def test_another_writer_keeps_no_answer_waiting(clocks, folder, monkeypatch):
    monkeypatch.setattr(store, "WAIT_S", 0.01)
    talk = clocks.conversation()
    with closing(sqlite3.connect(folder / "library.sqlite")) as other:
        other.execute("BEGIN IMMEDIATE")
        answers = [clocks.ask(QUESTION), talk.ask(QUESTION)]
        other.rollback()
    assert [answer.record_id for answer in answers] == [None, None]
    assert not answers[0].refused
    assert clocks.answers.list() == []
    assert clocks.ask(QUESTION).record_id


def test_a_library_that_is_read_only_answers_and_keeps_nothing(clocks, monkeypatch):
    monkeypatch.setattr(clocks.library.record._database, "why_read_only", "no permission")
    assert clocks.conversation().ask(QUESTION).record_id is clocks.ask(QUESTION).record_id is None
    assert clocks.answers.list() == []


def test_a_full_disk_costs_the_record_and_not_the_answer(clocks, monkeypatch):
    def full(*_):
        raise LibraryError("the disk is full")

    monkeypatch.setattr(store.Answers, "keep", full)
    assert not clocks.ask(QUESTION).refused


def test_a_record_comes_back_from_json_as_it_was(clocks):
    filters = Filters(years=(2020, None), authors=(), paper_ids=("quartz",))
    answer = clocks.ask(QUESTION, filters=filters)
    record = clocks.answers.record(answer.record_id)
    packed = record.packed_sources()
    again = record_from_dict(record.to_dict(packed), packed)
    assert again.to_dict(again.packed_sources()) == record.to_dict(packed)
    assert again.answer == answer


def test_a_follow_up_points_to_no_paper_that_was_removed(clocks):
    chat = clocks.conversation()
    assert chat.ask(QUESTION).citations[0].paper_id == "quartz"
    clocks.library.remove(["quartz"])
    chat.ask("And why?")
    assert chat.turns[-1].about == ""


def test_a_question_that_is_too_long_is_refused_before_its_markers_are_read(clocks):
    chat = clocks.conversation()
    chat.ask(QUESTION)
    with pytest.raises(UsageError, match="ask it in"):
        chat.ask(f"What of [{'1' * 5000}]?")


def test_a_model_that_can_not_be_loaded_leaves_the_rules(clocks):
    chat = clocks.conversation()
    chat.ask(QUESTION)

    def broken(engine):
        raise ProviderError("no such model")

    clocks.model = broken
    answer = chat.ask("What is the median drift of it?", engine="openai")
    assert answer.engine == "extractive" and "no such model" in answer.reason


def test_an_empty_id_is_no_conversation(clocks):
    with pytest.raises(UsageError, match="no conversation ''"):
        clocks.conversation("")


def test_a_record_that_can_not_be_read_can_be_deleted(clocks, folder):
    answer = clocks.ask(QUESTION)
    with closing(sqlite3.connect(folder / "library.sqlite")) as connection, connection:
        connection.execute("UPDATE answers SET record = x'00'")
    assert clocks.answers.delete([answer.record_id]) == 1
    with pytest.raises(UsageError, match="no answer"):
        clocks.answers.delete([answer.record_id])
