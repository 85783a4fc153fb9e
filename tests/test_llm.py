"""The client of chat models, against a real HTTP server on loopback."""

import itertools
import threading

import pytest
from chat_server import JSON, Reply, chat_server, error, event, models, says

from assistant.config import Config, load_config
from assistant.errors import ProviderError, UsageError
from assistant.in_time import in_time
from assistant.llm import OpenAIModel, is_loopback, load_model, without_secrets

USAGE = {"prompt_tokens": 11, "completion_tokens": 5, "total_tokens": 16}


def model_at(url, model="a-model", timeout_s=10.0, **settings):
    config = Config(timeout_s=timeout_s, engine="openai", base_url=url, model=model, **settings)
    return load_model(config)


def answer_to(*replies, listed=None, **settings):
    """Return what the model says, piece by piece, and the server."""
    with chat_server(*replies, listed=listed) as server:
        return list(model_at(server.url, **settings).stream("What is it?")), server


def failure_of(*replies, listed=None, **settings):
    """Return the message of the error that ends the answer, and the server."""
    with chat_server(*replies, listed=listed) as server, pytest.raises(ProviderError) as caught:
        list(model_at(server.url, **settings).stream("What is it?"))
    return str(caught.value), server


def test_an_answer_comes_piece_by_piece():
    pieces, _ = answer_to(Reply(says("It ", "is", " a score.")))
    assert pieces == ["It ", "is", " a score."]


def test_the_request_streams_at_temperature_zero_within_the_budget():
    _, server = answer_to(Reply(says("x")), api_key="k-1", max_answer_tokens=77)
    (request,) = server.requests
    assert request == {
        "path": "/v1/chat/completions",
        "key": "Bearer k-1",
        "model": "a-model",
        "messages": [{"role": "user", "content": "What is it?"}],
        "temperature": 0,
        "max_tokens": 77,
        "stream": True,
        "stream_options": {"include_usage": True},
    }


def test_usage_is_that_of_the_last_answer():
    with chat_server(Reply(says("x", usage=USAGE)), Reply(says("y"))) as server:
        model = model_at(server.url)
        list(model.stream("one"))
        assert model.usage == {"prompt_tokens": 11, "completion_tokens": 5}
        list(model.stream("two"))
        assert model.usage == {}


def test_without_a_name_it_is_the_first_model_that_the_server_lists():
    with chat_server(Reply(says("x"))) as server:
        model = model_at(server.url, model=None)
        assert model.name == "first-listed"
        list(model.stream("one"))
    assert [row["path"] for row in server.requests] == ["/v1/models", "/v1/chat/completions"]
    assert server.requests[-1]["model"] == "first-listed"


def test_a_server_in_the_environment_without_a_model_is_asked_for_its_own(monkeypatch):
    with chat_server(Reply(says("x"))) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        assert load_model(load_config(engine="openai")).name == "first-listed"


def test_openais_own_server_gets_the_default_model():
    assert load_model(Config(engine="openai", api_key="k")).name == "gpt-4o-mini"


def test_without_a_key_or_a_server_the_error_names_both():
    with pytest.raises(UsageError, match="OPENAI_API_KEY, or OPENAI_BASE_URL"):
        load_model(Config(engine="openai"))


def test_nothing_is_sent_before_the_first_use():
    with chat_server(Reply(says("x"))) as server:
        model_at(server.url)
    assert server.requests == []


def test_a_refused_key_is_reported_at_once():
    message, server = failure_of(error(401, "this key is not known"))
    assert "401" in message and "this key is not known" in message and server.url in message
    assert len(server.requests) == 1


def test_an_error_shows_neither_the_key_nor_the_password_of_an_address():
    echo = error(401, "Incorrect key: Bearer sk-secret-1")
    with chat_server(echo) as server, pytest.raises(ProviderError) as caught:
        address = server.url.replace("//", "//me:s3cret@")
        list(model_at(address, api_key="sk-secret-1").stream("What is it?"))
    assert "Incorrect key" in str(caught.value)
    assert "secret" not in str(caught.value) and "s3cret" not in str(caught.value)


def test_what_goes_to_this_machine_goes_past_a_proxy(monkeypatch):
    with chat_server(Reply(says("from the proxy"))) as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url.removesuffix("/v1"))
        pieces, _ = answer_to(Reply(says("from the server")))
    assert pieces == ["from the server"]
    assert proxy.requests == []


@pytest.mark.parametrize(
    ("address", "here"),
    [
        ("http://127.0.0.1:8080/v1", True),
        ("http://localhost/v1", True),
        ("http://[::1]:1/v1", True),
        ("https://api.openai.com/v1", False),
        ("http://127.0.0.1.example.org/v1", False),
        ("http://10.0.0.1/v1", False),
    ],
)
def test_only_this_machine_counts_as_this_machine(address, here):
    assert is_loopback(address) is here


def test_a_failing_server_is_tried_three_times():
    message, server = failure_of(error(500, "out of order", Retry_After_Ms="1"))
    assert "out of order" in message
    assert len(server.requests) == 3


def test_a_server_that_recovers_is_not_an_error():
    pieces, server = answer_to(error(503, "starting", Retry_After_Ms="1"), Reply(says("well")))
    assert pieces == ["well"]
    assert len(server.requests) == 2


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_wait_that_is_longer_than_the_time_left_is_not_begun(status):
    message, server = failure_of(error(status, "later", Retry_After="55"), timeout_s=20)
    assert "later" in message and "asks for a wait of 55 s, and" in message
    assert "are left" in message and "PAPER_ASSISTANT_TIMEOUT_S" in message
    assert len(server.requests) == 1


def test_a_full_server_is_asked_again_after_the_wait_that_it_names():
    pieces, server = answer_to(error(429, "full", Retry_After="0.05"), Reply(says("well")))
    assert (pieces, len(server.requests)) == (["well"], 2)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
def test_what_another_try_would_not_mend_is_not_tried_again(status):
    _, server = failure_of(error(status, "no", Retry_After="0"))
    assert len(server.requests) == 1


def test_a_page_in_place_of_an_answer_is_named_as_one():
    page = b"<html>\n<head><title>502</title></head>\n<body>nginx</body></html>"
    headers = {"Retry_After_Ms": "1", "Content_Length": str(len(page))}
    page_with_502 = Reply([page], 502, "text/html", headers)
    message, server = failure_of(page_with_502)
    assert "502" in message and "<" not in message
    assert len(server.requests) == 3
    message, _ = failure_of(Reply(says("x")), listed=page_with_502, model=None)
    assert "502" in message and "<" not in message


def test_who_gives_up_while_a_retry_waits_sends_no_further_request():
    with chat_server(error(503, "busy", Retry_After="0.2"), Reply(says("x"))) as server:
        with pytest.raises(TimeoutError):
            list(in_time(_gives_up(model_at(server.url)), 0.1))
        assert _ended("in_time")
    assert len(server.requests) <= 1


def _gives_up(model):
    return lambda register: model._pieces("m", "?", register)


def _ended(name):
    for thread in threading.enumerate():
        if thread.name == name:
            thread.join(10)
    return not any(thread.name == name for thread in threading.enumerate())


UNUSABLE = {
    "not JSON": Reply([event("{not json")]),
    "not UTF-8": Reply([b"data: \xff\xfe\n\n"]),
    "a list": Reply([event([1, 2])]),
    "null": Reply([event("null")]),
    "no choices": Reply([event({"x": 1})]),
    "choices null": Reply([event({"choices": None})]),
    "a web page": Reply([b"<html>sign in</html>"], content_type="text/html"),
    "an answer in one piece": Reply([b'{"choices": []}'], content_type=JSON),
    "nothing": Reply([]),
    "no word": Reply(says()),
    "blanks": Reply(says(" ", "\n")),
    "no word within the tokens it may write": Reply(says(finish="length")),
    "an end without an end": Reply(says("It is a score.", finish=None)),
    "half an event": Reply([*says("It is a ")[:1], says("score.")[0][:20]]),
    "an error in the stream": Reply([*says("It ")[:1], event({"error": {"message": "overload"}})]),
    "a cut connection": Reply(says("It is")[:1], headers={"Content_Length": "9999"}),
}


@pytest.mark.parametrize("kind", UNUSABLE)
def test_whatever_else_a_server_sends_is_a_provider_error_in_one_line(kind):
    message, server = failure_of(UNUSABLE[kind])
    assert server.url in message and "\n" not in message


@pytest.mark.parametrize(
    "chunk",
    [
        {"choices": []},
        {"choices": [{}]},
        {"choices": [{"delta": None}]},
        {"choices": [{"delta": {"content": None}}]},
        {"choices": [{"delta": {"content": 5}}]},
        {"choices": [7]},
        {"choices": [], "usage": {"prompt_tokens": None}},
    ],
)
def test_a_chunk_without_text_says_nothing(chunk):
    pieces, _ = answer_to(Reply([event(chunk), *says("well")]))
    assert pieces == ["well"]


@pytest.mark.parametrize(
    ("listed", "said"),
    [
        (models(), "lists no model; name one in PAPER_ASSISTANT_MODEL"),
        (error(404, "no such page"), "no such page"),
        (Reply([b"<html>"], content_type="text/html"), "is it running?"),
        (Reply([b"[]"], content_type=JSON), "is it running?"),
        (Reply([b'{"data": null}'], content_type=JSON), "is it running?"),
        (Reply([b'{"data": [4, {}]}'], content_type=JSON), "lists no model"),
    ],
)
def test_a_server_that_cannot_name_its_model_says_so(listed, said):
    message, _ = failure_of(Reply(says("x")), listed=listed, model=None)
    assert said in message


def test_a_server_that_is_not_there_is_a_provider_error():
    with chat_server(Reply([])) as server:
        pass
    with pytest.raises(ProviderError, match="127.0.0.1"):
        list(model_at(server.url, timeout_s=5).stream("?"))


ENDLESS = {
    "silence": Reply([b": late"], pause_s=60),
    "a drip of comments": Reply(itertools.repeat(b": wait\n\n"), pause_s=0.02),
    "a drip of single bytes": Reply(itertools.repeat(b"x"), pause_s=0.02),
    "a flood of text": Reply(itertools.repeat(says("again ")[0])),
}


@pytest.mark.parametrize("kind", ENDLESS)
def test_an_answer_without_an_end_is_broken_off(kind):
    message, _ = failure_of(ENDLESS[kind], timeout_s=0.4)
    assert "took longer than 0.4 s" in message


def test_an_endless_list_of_models_is_broken_off():
    endless = Reply(itertools.repeat(b" "), content_type=JSON, pause_s=0.02)
    message, _ = failure_of(Reply(says("x")), listed=endless, model=None, timeout_s=0.4)
    assert "took longer than 0.4 s" in message


def test_who_stops_listening_hangs_up():
    endless = Reply(itertools.chain(says("It ")[:1], itertools.repeat(b": wait\n\n")), pause_s=0.01)
    before = set(threading.enumerate())
    with chat_server(endless) as server:
        pieces = model_at(server.url, timeout_s=1).stream("?")
        assert next(pieces) == "It "
        pieces.close()
        assert server.hung_up.wait(10)
        for thread in set(threading.enumerate()) - before:
            if thread.name == "in_time":
                thread.join(10)
                assert not thread.is_alive()


def test_the_key_does_not_show_in_the_settings():
    assert "k-secret" not in repr(Config(api_key="k-secret"))


def test_a_model_is_no_more_than_its_server():
    model = OpenAIModel("http://127.0.0.1:9/v1", "none", "m", Config())
    assert (model.name, model.usage) == ("m", {})


def test_half_a_key_at_the_end_of_a_long_message_is_not_told():
    key = "sk-" + 36 * "k"
    assert "sk-" not in without_secrets("x" * 290 + " " + key, key)


@pytest.mark.parametrize("address", ["http://me:pw@h/v1", "http://h/v1?api-key=pw&x=1"])
def test_an_address_is_told_without_what_opens_it(address):
    told = without_secrets(f"no answer from {address}", "none")
    assert "pw" not in told and "h/v1" in told
