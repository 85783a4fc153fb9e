"""The checker that ships: what it makes of a passage, and what becomes of a broken one."""

import numpy as np
import pytest
from test_reranking import WORDS, write_tokenizer
from tiny_onnx import weighing_model

from assistant import verify
from assistant.checker import (
    OFF,
    SHA256,
    WEIGHTS,
    MiniLMChecker,
    NoChecker,
    load_checker,
    shipped_checker,
    softmax,
)
from assistant.config import Config
from assistant.embedding import MiniLM
from assistant.types import Label

EMBEDDER = MiniLM()
STUDY = (
    "We gave forty mice a diet rich in fat. Mice on the rich diet learned the maze more slowly "
    "than mice on plain food. Their weight did not change."
)


def write_checker(folder, logits=(4, 0, 0)):
    """A checker that gives these logits for each "one" of what is said or asked."""
    write_tokenizer(folder)
    path = folder / "checker.onnx"
    nothing = (0,) * len(logits)
    path.write_bytes(weighing_model([logits if word == "one" else nothing for word in WORDS]))
    return path


def test_the_weights_that_ship_are_the_ones_we_know():
    """Read from the package, with the checksum that the code has."""
    (reading,) = shipped_checker().read(["Mice learn mazes."], "Mice learn mazes.")
    assert shipped_checker().skips == ""
    assert not reading.skipped
    assert SHA256[:12] in shipped_checker().name
    assert WEIGHTS.stat().st_size <= 30_000_000


def test_logits_become_probabilities(tmp_path):
    checker = MiniLMChecker(write_checker(tmp_path), sha256=None)
    (reading,) = checker.read(["two"], "one")
    shares = np.exp([4, 0, 0]) / np.exp([4, 0, 0]).sum()
    assert (reading.says, reading.denies) == pytest.approx((shares[0], shares[2]), abs=1e-6)


def test_a_question_is_read_as_log_odds(tmp_path):
    checker = MiniLMChecker(write_checker(tmp_path, logits=(1, 3)), sha256=None)
    assert checker.answering(["two", "three"], "one") == pytest.approx([2.0, 2.0])
    assert checker.answering(["one"], "three") == pytest.approx([0.0])
    assert checker.answering([], "three") == []


def test_each_pair_is_read_as_if_it_were_alone():
    checker = shipped_checker()
    passages = [STUDY, "Mice learn.", STUDY[:60]]
    together = checker.read(passages, "Fat slows learning in mice.")
    alone = [checker.read([each], "Fat slows learning in mice.")[0] for each in passages]
    assert together == alone


def test_rows_of_probabilities_sum_to_one():
    rows = softmax(np.array([[1000.0, 0.0, -1000.0], [0.0, 0.0, 0.0]], dtype=np.float32))
    assert rows.sum(axis=1) == pytest.approx([1, 1])
    assert rows[1] == pytest.approx([1 / 3] * 3)


@pytest.mark.parametrize("damage", ["missing", "another checksum", "no model"])
def test_broken_weights_skip_the_step_and_say_so(tmp_path, damage):
    path = write_checker(tmp_path)
    if damage == "missing":
        path.unlink()
    if damage == "no model":
        path.write_bytes(b"not a model")
    checker = MiniLMChecker(path, "0" * 64 if damage == "another checksum" else None)
    verdict = verify("Rich food slows the learning of mice.", [STUDY], checker=checker)
    assert "entailment: skipped, checker: " in verdict.reasons[-1]
    assert "checker.onnx" in verdict.reasons[-1]
    assert "reinstall paper-assistant" in verdict.reasons[-1]
    assert checker.answering(["one"], "two") is None


def test_a_checker_that_is_switched_off_skips_and_says_so():
    checker = load_checker(Config(checker=False))
    assert isinstance(checker, NoChecker)
    (reading,) = checker.read(["one"], "two")
    assert reading.skipped == OFF
    assert load_checker(Config()) is shipped_checker()


def test_without_the_checker_nothing_reworded_is_called_supported():
    claim = "Mice on the rich diet took longer to learn the maze."
    verdict = verify(claim, [STUDY], embedder=EMBEDDER, checker=NoChecker(OFF))
    assert verdict.label is Label.ATTRIBUTED


VENDI = (
    "The Vendi Score is defined as the exponential of the Shannon entropy of the eigenvalues of "
    "a similarity matrix. Importantly, it does not require a reference dataset."
)


@pytest.mark.parametrize(
    ("claim", "label"),
    [
        (
            "The Vendi Score is the exponential of the Shannon entropy of a similarity matrix's "
            "eigenvalues.",
            Label.SUPPORTED,
        ),
        (
            "The Vendi Score is not defined as the exponential of the Shannon entropy of the "
            "eigenvalues of a similarity matrix.",
            Label.CONTRADICTED,
        ),
        ("The Vendi Score is the exponential of the Tsallis entropy.", Label.UNSUPPORTED),
        ("Mazes are learned by mice.", Label.UNSUPPORTED),
    ],
)
def test_what_ships_says_supported_and_contradicted_where_it_is_sure(claim, label):
    assert verify(claim, [VENDI], embedder=EMBEDDER).label is label
