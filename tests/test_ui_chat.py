"""The chat without a page: what asking, stopping and reopening give to see."""

import threading
import time

import pytest
from scripted_assistant import DRIFT, PAPERS, ScriptedAssistant, drift_answer, script

from assistant.errors import LibraryError, ProviderError
from assistant.filters import NO_FILTERS, Filters
from assistant.question import MAX_QUESTION_CHARACTERS
from assistant.types import Event
from ui.chat import NOTHING_KEPT, Chat
from ui.filter_fields import FilterFields
from ui.relay import Relay


@pytest.fixture
def assistant():
    return ScriptedAssistant()


@pytest.fixture
def chat(assistant):
    return Chat(assistant)


def last(views):
    return list(views)[-1]


def test_an_answer_comes_sentence_by_sentence(chat):
    views = list(chat.ask("How much do clocks drift?", "extractive", None))
    shown = [view.latest.count('class="sentence"') for view in views]
    assert shown == [0, 0, 1, 2, 3, 3, 3]
    assert "Searching 2 abstracts" in views[0].latest
    assert 'aria-busy="false"' in views[-1].latest


def test_a_follow_up_goes_to_the_same_conversation_and_keeps_the_first_answer(chat, assistant):
    first = last(chat.ask("How much do clocks drift?", "extractive", None))
    second = last(chat.ask("And sundials?", "openai", first.session))
    assert second.session is first.session
    assert first.latest == f'<div data-conversation="c0">{second.past}</div>'
    assert 'data-turn="2"' in second.latest
    (conversation,) = assistant.conversations
    assert conversation.asked == [
        ("How much do clocks drift?", "extractive"),
        ("And sundials?", "openai"),
    ]


def test_two_people_have_two_conversations(chat, assistant):
    first, second = (last(chat.ask("q", "extractive", None)) for _ in range(2))
    assert first.session is not second.session
    assert len(assistant.conversations) == 2


@pytest.mark.parametrize("question", ["", "  \n\t "])
def test_an_empty_question_asks_for_one_and_asks_nobody(chat, assistant, question):
    view = last(chat.ask(question, "extractive", None))
    assert "Type a question" in view.latest
    assert not assistant.conversations


def test_an_empty_question_keeps_the_answer_on_the_page(chat):
    before = last(chat.ask("q", "extractive", None))
    after = last(chat.ask(" ", "extractive", before.session))
    assert after.latest.startswith(before.latest)


def test_a_question_as_long_as_the_core_takes_is_asked(chat, assistant):
    view = last(chat.ask("q" * MAX_QUESTION_CHARACTERS, "extractive", None))
    assert view.taken
    assert len(assistant.conversations[0].asked[0][0]) == MAX_QUESTION_CHARACTERS


def test_a_question_beyond_the_limit_is_refused_with_both_numbers_and_kept(chat, assistant):
    view = last(chat.ask("q" * (MAX_QUESTION_CHARACTERS + 1), "extractive", None))
    assert f"{MAX_QUESTION_CHARACTERS + 1:,}" in view.latest
    assert f"{MAX_QUESTION_CHARACTERS:,}" in view.latest
    assert not view.taken  # it stays in the question box
    assert not assistant.conversations


def test_each_question_is_asked_under_the_filters_of_its_moment(chat, assistant):
    fields = FilterFields(years="2021", authors="Lind; Marsh")
    views = list(chat.ask("How much do clocks drift?", "extractive", None, fields))
    last(chat.ask("And sundials?", "extractive", views[-1].session))
    (conversation,) = assistant.conversations
    asked_for = Filters(years=(2021, 2021), authors=("Lind", "Marsh"))
    assert conversation.filters == [asked_for, NO_FILTERS]
    assert "Searching papers with year 2021, author Lind and Marsh" in views[0].latest


def test_filters_that_can_not_be_read_are_told_and_the_question_is_kept(chat, assistant):
    before = last(chat.ask("How much do clocks drift?", "extractive", None))
    view = last(chat.ask("And sundials?", "extractive", before.session, FilterFields(years="20x1")))
    assert "no years &#x27;20x1&#x27;; write 2021, 2020-2023" in view.latest
    assert view.latest.startswith(before.latest)
    assert not view.taken  # it stays in the question box
    assert len(assistant.conversations[0].asked) == 1


def test_a_paper_that_the_library_lacks_is_told_and_the_question_is_kept(chat, assistant):
    fields = FilterFields(papers="quartz; 10.1000/none")
    view = last(chat.ask("How much do clocks drift?", "extractive", None, fields))
    assert "no paper 10.1000/none" in view.latest
    assert (view.taken, assistant.conversations) == (False, [])
    assert chat.summary(fields).kind == "wrong"
    assert chat.summary(FilterFields(papers="quartz")).line.endswith("quartz: 1 of 2 papers")


def test_the_filter_fields_are_summed_up_with_the_papers_that_the_library_has_for_them(chat):
    assert chat.summary(FilterFields(authors="lind")).line.endswith("author lind: 1 of 2 papers")
    assert chat.summary(FilterFields(tags="none")).kind == "wrong"


def test_a_reopened_conversation_shows_every_turn_as_it_was_and_goes_on(chat, assistant):
    before = last(chat.ask("How much do clocks drift?", "extractive", None))
    before = last(chat.ask("And sundials?", "extractive", before.session))
    after = Chat(assistant).reopen(before.session.conversation.id)
    assert (after.past, after.latest) == (before.past, before.latest)
    assert after.session is not before.session
    third = last(chat.ask("And then?", "extractive", after.session))
    assert 'data-turn="3"' in third.latest
    assert third.session.conversation.id == before.session.conversation.id


def test_a_reopened_conversation_is_found_by_its_own_id_alone(chat):
    first, second = (last(chat.ask(q, "extractive", None)) for q in ("mine", "yours"))
    again = chat.reopen(first.session.conversation.id)
    assert "mine" in again.latest
    assert "yours" not in again.past + again.latest
    assert second.session.conversation.id not in again.latest


def test_an_unknown_conversation_says_so_and_starts_anew(chat, assistant):
    view = chat.reopen("nowhere")
    assert view.session is None
    assert NOTHING_KEPT in view.latest
    assert "data-conversation" not in view.latest


@pytest.mark.parametrize(
    ("error", "said"),
    [(LibraryError("damaged: run doctor"), "run doctor"), (KeyError("engine"), "KeyError")],
)
def test_a_conversation_that_cannot_be_read_is_a_message(chat, assistant, monkeypatch, error, said):
    def fail(conversation_id):
        raise error

    monkeypatch.setattr(assistant, "conversation", fail)
    view = chat.reopen("c0")
    assert said in view.latest
    assert view.session is None


@pytest.mark.parametrize(
    "error", [ProviderError("no answer from <host>: is it on?"), LibraryError("damaged: rebuild")]
)
def test_an_error_of_ours_is_a_message_in_the_chat(chat, assistant, error):
    def fail(question):
        raise error

    assistant.play = fail
    view = last(chat.ask("q", "openai", None))
    assert 'class="error"' in view.latest
    assert str(error).partition("<")[0] in view.latest
    assert "Traceback" not in view.latest


def test_an_error_after_some_sentences_keeps_them(chat, assistant):
    def break_off(question):
        yield from drift_answer(question)[:2]
        raise ProviderError("the model server went away")

    assistant.play = break_off
    view = last(chat.ask("q", "openai", None))
    assert DRIFT in view.latest
    assert "the model server went away" in view.latest


def test_a_bug_is_a_message_too_and_is_logged(chat, assistant, caplog):
    def fail(question):
        raise ZeroDivisionError("inner detail")

    assistant.play = fail
    view = last(chat.ask("q", "extractive", None))
    assert "Something broke in the assistant (ZeroDivisionError)" in view.latest
    assert "inner detail" not in view.latest
    assert "inner detail" in caplog.text


def test_an_unusable_library_is_a_message_before_any_conversation(chat, assistant, monkeypatch):
    def fail():
        raise LibraryError("the library is damaged: run library doctor")

    monkeypatch.setattr(assistant, "conversation", fail)
    view = last(chat.ask("q", "extractive", None))
    assert "run library doctor" in view.latest
    assert view.session is None


def test_stop_ends_a_stalled_answer_at_once_and_keeps_what_was_checked(chat, assistant):
    assistant.stall_at = 2
    views = chat.ask("q", "openai", None)
    view = next(views)
    while DRIFT not in view.latest:
        view = next(views)
    stopper = threading.Timer(0.05, chat.stop, [view.session])
    begun = time.perf_counter()
    stopper.start()
    final = last(views)
    assert time.perf_counter() - begun < 5
    assert "Stopped: what was checked by then is kept." in final.latest
    assert DRIFT in final.latest
    assistant.go_on.set()


def test_a_stopped_stream_is_closed_as_soon_as_it_moves():
    moved, closed = threading.Event(), threading.Event()

    def stream():
        try:
            yield Event("retrieval")
            moved.wait(5)
            yield Event("retrieval")
        finally:
            closed.set()

    relay = Relay(stream)
    events = iter(relay)
    next(events)
    relay.stop()
    assert list(events) == []
    moved.set()
    assert closed.wait(5)


def test_stop_without_an_answer_is_no_error(chat):
    chat.stop(None)
    chat.stop(last(chat.ask("q", "extractive", None)).session)


def test_a_page_of_questions_with_no_answer_is_a_refusal(chat, assistant):
    assistant.play = script
    view = last(chat.ask("What is the capital of France?", "extractive", None))
    assert 'class="refusal"' in view.latest
    assert all(paper.title in view.latest for paper in PAPERS)


def test_what_to_ask_next_is_offered_after_an_answer_and_not_after_the_next_question(
    chat, assistant
):
    assistant.follow_ups = ("What of sundials?",)
    view = last(chat.ask("How much do clocks drift?", "extractive", None))
    assert "What of sundials?" in chat.suggest(view.session)
    asked = chat.ask("And sundials?", "extractive", view.session)
    next(asked)
    assert chat.suggest(view.session) == ""
    assert chat.suggest(None) == ""


def test_a_library_that_fails_offers_nothing_and_breaks_nothing(chat, assistant, monkeypatch):
    def fail(answer, filters):
        raise LibraryError("gone")

    view = last(chat.ask("How much do clocks drift?", "extractive", None))
    monkeypatch.setattr(assistant, "suggestions", fail)
    assert chat.suggest(view.session) == ""


def test_a_table_stands_beside_the_answer_that_it_was_asked_for(chat):
    view = last(chat.ask("How much do clocks drift?", "extractive", None))
    assert "<table>" in chat.tabulate(view.session).latest
    after = last(chat.ask("And sundials?", "extractive", view.session))
    assert "<table>" in after.past
    assert "<table>" not in after.latest
    assert "Ask a question first" in chat.tabulate(None).latest
