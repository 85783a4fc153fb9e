"""The chat without a browser: its handlers, its guard, and the server around it."""

import socket
import threading
import time
from pathlib import Path

import httpx
import pytest
from scripted_assistant import DRIFT, PAPERS, ScriptedAssistant, drift_answer, script
from starlette.datastructures import Headers
from starlette.testclient import TestClient

from assistant.config import Config
from assistant.errors import LibraryError, ProviderError, UsageError
from assistant.types import Event
from ui.app import build, serve, web_app
from ui.chat import MAX_QUESTION_CHARACTERS, Chat
from ui.guard import is_own
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
    assert first.latest in second.past
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


def test_a_question_beyond_the_limit_is_refused_with_both_numbers(chat, assistant):
    view = last(chat.ask("q" * (MAX_QUESTION_CHARACTERS + 1), "extractive", None))
    assert "2,001" in view.latest
    assert "2,000" in view.latest
    assert not assistant.conversations


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


def test_no_handler_of_the_page_is_offered_to_other_programs(assistant):
    page = build(assistant)
    assert page.get_api_info() == {"named_endpoints": {}, "unnamed_endpoints": {}}
    assert {handler.api_visibility for handler in page.fns.values()} == {"private"}


def test_the_page_reports_to_nobody(assistant):
    config = build(assistant).get_config_file()
    assert config["analytics_enabled"] is False


def components(assistant, kind):
    return [
        c["props"] for c in build(assistant).get_config_file()["components"] if c["type"] == kind
    ]


def test_the_engine_choice_shows_when_there_is_one():
    (radio,) = components(ScriptedAssistant(), "radio")
    assert radio["visible"] is False
    with_key = Config(library=Path("/x"), api_key="sk-secret")
    (radio,) = components(ScriptedAssistant(config=with_key), "radio")
    assert radio["visible"] is True
    assert radio["value"] == "extractive"


def test_an_empty_library_offers_no_examples():
    column = next(
        c for c in components(ScriptedAssistant(papers=()), "column") if c["elem_id"] == "welcome"
    )
    assert column["visible"] is False


@pytest.mark.parametrize(
    ("host", "origin", "own"),
    [
        ("127.0.0.1:7860", None, True),
        ("localhost:7860", "http://localhost:7860", True),
        ("[::1]:7860", "http://[::1]:7860", True),
        ("evil.example", None, False),
        ("127.0.0.1.evil.example:7860", None, False),
        ("127.0.0.1:7860", "http://evil.example", False),
        ("127.0.0.1:7860", "http://127.0.0.1:8888", False),
        ("127.0.0.1:7860", "null", False),
        ("[::1", None, False),
        ("", None, False),
    ],
)
def test_only_this_machines_own_pages_get_in(host, origin, own):
    headers = {"host": host} | ({"origin": origin} if origin is not None else {})
    assert is_own(Headers(headers)) is own


def test_the_guard_stands_before_every_route(assistant):
    client = TestClient(web_app(assistant), base_url="http://localhost:7860")
    for path in ("/", "/config", "/gradio_api/info", "/theme.css", "/nowhere"):
        assert client.get(path).status_code != 403
        assert client.get(path, headers={"host": "evil.example"}).status_code == 403
        assert client.get(path, headers={"origin": "http://evil.example"}).status_code == 403


def test_the_page_may_load_nothing_from_elsewhere(assistant):
    page = TestClient(web_app(assistant), base_url="http://localhost:7860").get("/")
    assert page.status_code == 200
    assert page.headers["content-security-policy"].startswith("default-src 'self'")
    assert "fonts.googleapis.com" not in page.text
    assert "Paper Assistant" in page.text


def test_a_foreign_host_is_refused_with_the_reason(assistant):
    with pytest.raises(UsageError, match=r"'0\.0\.0\.0' would serve others, which needs a sign-in"):
        serve(assistant, host="0.0.0.0")


def test_a_taken_port_is_refused_with_the_fix(assistant):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=f"port {port} is in use: try --port {port + 1}"):
            serve(assistant, port=port)


def test_a_page_of_questions_with_no_answer_is_a_refusal(chat, assistant):
    assistant.play = script
    view = last(chat.ask("What is the capital of France?", "extractive", None))
    assert 'class="refusal"' in view.latest
    assert all(paper.title in view.latest for paper in PAPERS)


def test_serving_answers_on_loopback_and_says_nothing(assistant, capfd):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    threading.Thread(target=serve, args=[assistant], kwargs={"port": port}, daemon=True).start()
    response = None
    for _ in range(100):
        try:
            response = httpx.get(f"http://127.0.0.1:{port}/", timeout=20)
            break
        except httpx.ConnectError:
            time.sleep(0.1)
    assert response is not None
    assert response.status_code == 200
    assert capfd.readouterr() == ("", "")
