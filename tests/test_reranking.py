"""The reranker slot: a tiny cross-encoder whose scores are worked out by hand, and bad ones."""

import json
import math
import shutil
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from doubles import papers
from hypothesis import given
from hypothesis import strategies as st
from tiny_onnx import FLOAT16, INPUTS, INT32, INT64, weighing_model
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from assistant import pair_model
from assistant.config import Config
from assistant.errors import UsageError
from assistant.pair_model import read_max_length
from assistant.reranking import CrossEncoder, load_reranker, rerank, reranked
from assistant.types import Hit

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "one", "two", "three", "ten", "bad"]
WEIGHTS = [1000, 0, 500, 300, 1, 2, 3, 10, math.nan]
"""Of each word; those of the special tokens would stand out in a sum."""

COLUMN = [[weight] for weight in WEIGHTS]
NINE = 9 * ["three"]
MINILM = Path(pair_model.__file__).with_name("minilm") / "tokenizer.json"


def write_tokenizer(folder, **settings):
    tokenizer = Tokenizer(models.WordLevel({word: i for i, word in enumerate(WORDS)}, "[UNK]"))
    tokenizer.add_special_tokens(WORDS[:4])
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()  # splits at brackets
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [PAD]:0",  # so that all that counts is the text
        special_tokens=[("[CLS]", 2), ("[SEP]", 3), ("[PAD]", 0)],
    )
    tokenizer.enable_truncation(2)  # what an exporter left behind
    tokenizer.enable_padding(length=64, pad_id=7)
    tokenizer.save(str(folder / "tokenizer.json"))
    if settings:
        (folder / "tokenizer_config.json").write_text(json.dumps(settings))


def encoder(folder, model=None, **settings):
    """A cross-encoder that sums the weights of a text's words, with these tokenizer settings."""
    write_tokenizer(folder, **settings)
    path = folder / "model.onnx"
    path.write_bytes(model or weighing_model(COLUMN))
    return CrossEncoder(path)


def test_each_text_gets_its_own_score_in_the_order_of_the_texts(tmp_path):
    texts = ["two", "three three ten", "", "one two", "unheard of"]
    scores = encoder(tmp_path).scores("ten bananas", texts)
    assert scores.tolist() == [2, 16, 0, 3, 0]
    assert (scores.dtype, scores.shape) == (np.float32, (5,))


def test_no_texts_give_no_scores(tmp_path):
    assert encoder(tmp_path).scores("ten", []).shape == (0,)


@given(st.lists(st.lists(st.sampled_from(WORDS[4:8])), max_size=40))
def test_batches_and_padding_change_no_score(tmp_path_factory, texts):
    reranker = encoder(tmp_path_factory.mktemp("model"))
    expected = [sum(WEIGHTS[WORDS.index(word)] for word in words) for words in texts]
    assert reranker.scores("one", [" ".join(words) for words in texts]).tolist() == expected


def test_the_query_is_read_where_the_graph_reads_it(tmp_path):
    """A graph of input_ids alone counts query, specials and text: 500 + 3 + 300 + 2 + 1000."""
    reranker = encoder(tmp_path, weighing_model(COLUMN, ["input_ids"]))
    assert reranker.scores("one two", ["two", "two two two"]).tolist() == [1805, 1809]
    assert reranker.scores("ten", ["two", "two two two"]).tolist() == [1812, 1816]


def test_an_attention_mask_alone_is_fed_and_padding_is_masked(tmp_path):
    reranker = encoder(tmp_path, weighing_model(COLUMN, INPUTS[:2]))
    assert reranker.scores("one", ["two", "two two two"]).tolist() == [1803, 1807]


def test_a_graph_of_32_bit_integers_and_16_bit_logits_is_fed_its_own(tmp_path):
    model = weighing_model(COLUMN, dict.fromkeys(INPUTS, INT32), output_type=FLOAT16)
    scores = encoder(tmp_path, model).scores("ten", ["one two", "ten"])
    assert (scores.tolist(), scores.dtype) == ([3, 10], np.float32)


def test_of_two_columns_the_score_is_the_log_odds_of_the_second(tmp_path):
    """ "one" is 5 to 1 and "two" is 1 to 4, in logits."""
    columns = [[0, 0], [0, 0], [0, 0], [0, 0], [1, 5], [4, 1], [0, 0], [0, 0], [0, 0]]
    reranker = encoder(tmp_path, weighing_model(columns))
    assert reranker.scores("ten", ["two", "one", "one two"]).tolist() == [-3, 4, 1]


@pytest.mark.parametrize(
    ("limit", "kept"),
    [(13, 9), (12, 8), (8, 4), (512, 9), (10**30, 9)],
    ids=["just fits", "one too long", "short", "usual", "none"],
)
def test_a_text_is_cut_to_the_model_s_limit(tmp_path, limit, kept):
    """A pair of a query of one token has three special ones."""
    reranker = encoder(tmp_path, model_max_length=limit)
    assert reranker.scores("one", [" ".join(NINE)]).tolist() == [3 * kept]


def test_a_pair_is_512_tokens_where_nothing_is_said(tmp_path):
    long = " ".join(600 * ["one"])
    assert encoder(tmp_path).scores("two", [long]).tolist() == [512 - 3 - 1]


def test_a_long_query_leaves_half_of_the_room_to_the_text(tmp_path):
    """Limit 13: three special tokens, five of the query, five of the text."""
    reranker = encoder(tmp_path, model_max_length=13)
    assert reranker.scores(" ".join(40 * ["one"]), [" ".join(NINE), "two"]).tolist() == [15, 2]


def test_a_real_tokenizer_s_pairs_are_its_own(tmp_path):
    """Each token of MiniLM's weighs its id; tokenizers pairs and cuts for comparison."""
    model = weighing_model([[float(token)] for token in range(30522)], ["input_ids"])
    reranker = encoder(tmp_path, model, model_max_length=40)
    shutil.copy(MINILM, tmp_path / "tokenizer.json")
    own = Tokenizer.from_file(str(MINILM))
    own.no_padding()
    own.enable_truncation(40, strategy="only_second")
    query = "How do clocks drift, in cold water?"
    texts = ["", "Clocks.", " ".join(each.abstract for each in papers(9))]
    expected = [sum(own.encode(query, text).ids) for text in texts]
    assert reranker.scores(query, texts).tolist() == expected


def test_a_separator_in_a_text_is_text(tmp_path):
    model = weighing_model(COLUMN, ["input_ids"])
    scores = encoder(tmp_path, model).scores("one", ["two [SEP] two", "two what two"])
    assert scores[0] == scores[1]


def test_threads_share_one_model_loaded_once(tmp_path, monkeypatch):
    reranker = encoder(tmp_path)
    opened, gate = [], threading.Barrier(4)
    open_session = pair_model._open_session
    monkeypatch.setattr(
        pair_model, "_open_session", lambda *given: opened.append(given) or open_session(*given)
    )

    def scores(number):
        gate.wait()
        return reranker.scores("ten", ["one two", *(number * ["ten"])]).tolist()

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(scores, range(4))) == [[3] + n * [10] for n in range(4)]
    assert len(opened) == 1


def test_no_setting_is_no_reranker():
    assert Config().rerank is None
    assert load_reranker(None) is None


def test_the_setting_names_a_model_by_its_path(tmp_path, monkeypatch):
    encoder(tmp_path)
    assert load_reranker(f"cross-encoder:{tmp_path}/model.onnx").scores("a", ["two"]) == [2]
    monkeypatch.setenv("HOME", str(tmp_path))
    assert load_reranker("cross-encoder:~/model.onnx").scores("a", ["two"]) == [2]


def test_naming_a_model_loads_nothing(tmp_path):
    encoder(tmp_path)
    code = (
        "import sys; from assistant.reranking import load_reranker; "
        f"load_reranker('cross-encoder:{tmp_path}/model.onnx'); "
        "print({'onnxruntime', 'tokenizers'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.mark.parametrize("setting", ["", "cohere", "cross-encoder", "cross-encoder:", "/m.onnx"])
def test_an_unknown_kind_is_refused_with_an_example(setting):
    with pytest.raises(UsageError, match=r"rerank '.*' is not known; give cross-encoder:/path"):
        load_reranker(setting)


def test_a_missing_file_is_refused_at_once(tmp_path):
    with pytest.raises(UsageError, match=rf"rerank: no file {tmp_path}/model\.onnx"):
        CrossEncoder(tmp_path / "model.onnx")
    with pytest.raises(UsageError, match="no file"):
        CrossEncoder(tmp_path)
    (tmp_path / "model.onnx").write_bytes(weighing_model(COLUMN))
    with pytest.raises(UsageError, match=r"no tokenizer\.json beside .*model\.onnx"):
        CrossEncoder(tmp_path / "model.onnx")


BAD_MODELS = {
    "no ONNX": (
        b"hello",
        r"is not an ONNX model \(.*\); give a cross-encoder: ",
    ),
    "cut off": (weighing_model(COLUMN)[:60], "is not an ONNX model"),
    "three columns": (
        weighing_model([[1, 2, 3]] * len(WORDS)),
        "gives 3 logits a pair; wanted one, or two",
    ),
    "a row a token": (weighing_model(COLUMN, summed=False), r"shape \(2, 6, 1\) for 2 pairs"),
    "another input": (
        weighing_model(COLUMN, [*INPUTS, "pixels"]),
        "takes input_ids, attention_mask, token_type_ids, pixels; wanted input_ids,",
    ),
    "no ids": (weighing_model(COLUMN, INPUTS[1:]), "takes attention_mask, token_type_ids; wanted"),
    "odd masks": (
        weighing_model(COLUMN, {"input_ids": INT64, "attention_mask": FLOAT16}),
        r"takes tensor\(float16\); wanted integers",
    ),
    "whole numbers": (
        weighing_model(COLUMN, output_type=INT64),
        r"gives tensor\(int64\); wanted a tensor of numbers",
    ),
    "a small table": (weighing_model(COLUMN[:3]), r"can't be run \(.*\); give a cross-encoder"),
}


@pytest.mark.parametrize(("model", "message"), BAD_MODELS.values(), ids=BAD_MODELS)
def test_an_unusable_model_is_named_with_the_reason(tmp_path, model, message):
    reranker = encoder(tmp_path, model)
    with pytest.raises(UsageError, match=message) as raised:
        reranker.scores("one", ["two two", "ten"])
    assert str(tmp_path / "model.onnx") in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_score_that_is_no_number_is_refused(tmp_path):
    with pytest.raises(UsageError, match="gives logits that are not finite"):
        encoder(tmp_path).scores("one", ["two", "bad"])


def test_a_tokenizer_that_is_none_is_named(tmp_path):
    reranker = encoder(tmp_path)
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(UsageError, match=r"tokenizer\.json: not a tokenizer \(.+\); put"):
        reranker.scores("one", ["two"])


@pytest.mark.parametrize("text", ["{", "[]", '{"model_max_length": "many"}', "\xff"])
def test_a_tokenizer_configuration_that_is_none_is_named(tmp_path, text):
    path = tmp_path / "tokenizer_config.json"
    path.write_text(text, "latin-1")
    with pytest.raises(UsageError, match=r"tokenizer_config\.json: can't be read"):
        read_max_length(path)


def test_a_limit_that_holds_no_pair_is_refused(tmp_path):
    path = tmp_path / "tokenizer_config.json"
    path.write_text('{"model_max_length": 3}')
    with pytest.raises(UsageError, match="model_max_length 3 is too low"):
        read_max_length(path)
    path.write_text("{}")
    assert read_max_length(path) == read_max_length(tmp_path / "none") == 512


def hits(count):
    """Hits of papers 0, 1, ... with scores 1, 1/2, 1/3, ..."""
    return [Hit(each, 1 / rank, rank) for rank, each in enumerate(papers(count), start=1)]


def order(found):
    return [int(hit.paper.paper_id.removeprefix("title:")) for hit in found]


def test_the_first_hits_are_put_in_order_and_the_others_stay():
    found = reranked(hits(5), np.array([0.1, 2.0, -3.0], dtype=np.float32))
    assert order(found) == [1, 0, 2, 3, 4]


def test_ties_keep_their_order():
    assert order(reranked(hits(6), np.array([1, 2, 1, 2, 1], dtype=np.float32))) == [
        *(1, 3, 0, 2, 4),
        5,
    ]


@given(st.lists(st.floats(-9, 9, width=32), max_size=8), st.integers(0, 4))
def test_ranks_count_from_one_and_scores_go_down(scores, more):
    before = hits(len(scores) + more)
    after = reranked(before, np.array(scores, dtype=np.float32))
    assert sorted(order(after)) == order(before)
    assert [(hit.rank, hit.score) for hit in after] == [(hit.rank, hit.score) for hit in before]
    by_paper = [scores[number] for number in order(after)[: len(scores)]]
    assert by_paper == sorted(scores, reverse=True)


def test_a_reranker_reads_title_and_abstract_of_the_first_hits_only():
    class Longest:
        def scores(self, query, texts):
            self.seen = (query, texts)
            return np.array([len(text) for text in texts], dtype=np.float32)

    reranker, found = Longest(), hits(12)
    after = rerank(reranker, "clocks", found, depth=11)
    assert order(after) == [10, *range(10), 11]
    query, texts = reranker.seen
    assert (query, len(texts)) == ("clocks", 11)
    assert texts[0] == f"{found[0].paper.title}\n{found[0].paper.abstract}"


def test_nothing_found_is_nothing_reranked(tmp_path):
    assert rerank(encoder(tmp_path), "one", []) == []
