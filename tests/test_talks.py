"""Conversations in the record: named, searched, discarded for a while, restored, deleted."""

import json
import sqlite3
from contextlib import closing

import pytest
from small_libraries import keep_turn

from assistant.store.answers import Retention
from assistant.store.record import Record
from assistant.store.talks import UNDO_MINUTES

NEVER = Retention(None, None)


@pytest.fixture
def record(tmp_path):
    record = Record(tmp_path / "library.sqlite")
    for talk, question, text in (
        ("clocks", "Do quartz clocks drift?", "They drift by 3 seconds. [1]"),
        ("sundials", "What of sundials?", "Under cloud their error grows. [1]"),
        ("clocks", "And in *Ñuble*?", "The library does not answer this. \ud800"),
    ):
        keep_turn(record, talk, "", {"question": question, "text": text})
    yield record
    record.close()


def pass_time(record, minutes):
    with record._database.transaction() as cursor:
        cursor.execute(
            "UPDATE discarded_talks SET at = datetime('now', ?)", (f"-{minutes} minutes",)
        )


def count(record, table):
    return record._database.rows(f"SELECT count(*) FROM {table}")[0][0]


def test_a_search_finds_words_of_one_turn_and_of_the_name_in_any_case(record):
    assert record.talks.found() == ["clocks", "sundials"]
    assert record.talks.found(" DRIFT  quartz") == record.talks.found("nuble") == ["clocks"]
    assert record.talks.found("quartz nuble") == [], "words of two turns"
    assert record.talks.found("error") == ["sundials"]
    record.talks.rename("sundials", "Über Cloud & 100%_'\"")
    assert record.talks.found("uber error") == record.talks.found("100%_'\"") == ["sundials"]
    assert record.talks.found("%") == ["sundials"], "nothing stands for anything"
    assert record.talks.found(" ".join(f"word{n}" for n in range(3000))) == []


def test_conversations_are_told_in_the_order_asked(record):
    told = record.talks.of(["sundials", "unknown", "clocks"])
    assert [(talk.conversation_id, talk.turns) for talk in told] == [("sundials", 1), ("clocks", 2)]
    assert told[1].title == told[1].question == "Do quartz clocks drift?"


def test_a_name_stands_for_the_first_question_until_it_is_taken_back(record):
    assert record.talks.rename("clocks", "Watches")
    (talk,) = record.talks.of(["clocks"])
    assert (talk.name, talk.title, talk.question) == (
        *("Watches", "Watches"),
        "Do quartz clocks drift?",
    )
    assert record.talks.rename("clocks", "") and record.talks.name("clocks") is None
    assert record.talks.found("watches") == []
    assert not record.talks.rename("unknown", "Name") and count(record, "talk_names") == 0


def test_what_is_discarded_is_nowhere_until_it_is_restored(record):
    record.talks.rename("clocks", "Watches")
    ids = [row.record_id for row in record.answers.listed(9) if row.conversation_id == "clocks"]
    kept = record.talks.turns("clocks")
    assert record.talks.discard("clocks") and not record.talks.discard("unknown")
    assert record.talks.found() == ["sundials"] and record.talks.found("quartz") == []
    assert record.talks.of(["clocks"]) == record.talks.turns("clocks") == []
    assert record.talks.last_turns("clocks", 9) == [] and record.talks.name("clocks") is None
    assert not record.talks.rename("clocks", "Mine")
    assert [row.conversation_id for row in record.answers.listed(9)] == ["sundials"]
    assert [(record.answers.record(each), record.answers.holds(each)) for each in ids] == [
        (None, False)
    ] * 2
    assert record.talks.restore("clocks") and not record.talks.restore("clocks")
    assert record.talks.turns("clocks") == kept and record.talks.name("clocks") == "Watches"
    assert all(record.answers.record(each) for each in ids)


@pytest.mark.parametrize("delete", [lambda a: a.purge(), lambda a: a.sweep(NEVER)])
def test_what_was_discarded_goes_for_good_after_its_time(record, delete):
    record.talks.rename("clocks", "Watches")
    record.talks.discard("clocks")
    pass_time(record, UNDO_MINUTES - 1)
    delete(record.answers)
    assert count(record, "turns") == 3
    pass_time(record, UNDO_MINUTES)
    assert not record.talks.restore("clocks")
    delete(record.answers)
    tables = ("turns", "turn_words", "answers", "talk_names", "discarded_talks")
    assert [count(record, table) for table in tables] == [1, 1, 1, 0, 0]


def test_a_conversation_that_goes_on_is_restored_unless_it_was_gone(record):
    record.talks.discard("clocks")
    keep_turn(record, "clocks", "", {"question": "Still there?", "text": "Yes."})
    assert len(record.talks.turns("clocks")) == 3
    record.talks.discard("clocks")
    pass_time(record, UNDO_MINUTES)
    keep_turn(record, "clocks", "", {"question": "And now?", "text": "No."})
    assert [json.loads(turn)["question"] for _, turn in record.talks.turns("clocks")] == [
        "And now?"
    ]


def test_what_is_deleted_at_once_leaves_nothing(record, tmp_path):
    record.talks.rename("clocks", "Watches")
    record.talks.discard("clocks")
    assert record.answers.delete_talk("clocks") == 2
    assert not record.talks.restore("clocks")
    record.close()
    with closing(sqlite3.connect(tmp_path / "library.sqlite")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert b"quartz" not in (tmp_path / "library.sqlite").read_bytes()
