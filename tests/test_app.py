"""The chat without a browser: its handlers, its guard, and the server around it."""

import dataclasses
import socket
import threading
import time
from pathlib import Path

import httpx
import pytest
from scripted_assistant import ScriptedAssistant
from starlette.datastructures import Headers
from starlette.testclient import TestClient

from assistant.cli import main
from assistant.config import Config
from ui.app import build, serve, web_app
from ui.chat import Chat
from ui.filter_fields import FilterFields
from ui.guard import is_own
from ui.listener import listen


@pytest.fixture
def assistant():
    return ScriptedAssistant()


@pytest.fixture
def chat(assistant):
    return Chat(assistant)


def last(views):
    return list(views)[-1]


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


def test_the_question_box_cuts_nothing_off(assistant):
    boxes = components(assistant, "textbox")
    assert [box.get("max_length") for box in boxes] == [None] * len(boxes)


def test_the_engine_choice_shows_when_there_is_one():
    (radio,) = components(ScriptedAssistant(), "radio")
    assert radio["visible"] is False
    with_key = Config(library=Path("/x"), api_key="sk-secret")
    (radio,) = components(ScriptedAssistant(config=with_key), "radio")
    assert radio["visible"] is True
    assert radio["value"] == "extractive"


def test_the_filter_fields_stand_empty_and_in_the_order_in_which_they_are_read(assistant):
    boxes = [box for box in components(assistant, "textbox") if "filter-" in box.get("elem_id", "")]
    assert [box["value"] for box in boxes] == [""] * len(boxes)
    names = [field.name.removesuffix("s") for field in dataclasses.fields(FilterFields)]
    assert [box["label"].lower() for box in boxes] == names


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


@pytest.mark.parametrize("wrong", [["--port", "99999"], ["--host", "0.0.0.0"]])
def test_the_command_announces_no_page_that_it_cannot_serve(sample_library, capsys, wrong):
    assert main(["ui", "--library", str(sample_library), *wrong]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("error: ")
    assert err.count("\n") == 1


def test_serving_answers_on_loopback_and_says_nothing(assistant, capfd):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    listener = listen("127.0.0.1", port)
    threading.Thread(target=serve, args=[assistant, listener], daemon=True).start()
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
