"""The steps of making the checker, each taking up where a stopped one was."""

import gzip
import json
import logging
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from eval.benches.scifact import FOLDS
from eval.checker.data import Places, gather, read_mix
from eval.checker.exporting import export_float, quantise
from eval.checker.network import Checker, Reader
from eval.checker.pairs import Pair
from eval.checker.scifact_pairs import SCIFACT, read_scifact
from eval.checker.training import Plan, train

TOKENIZER = Path(__file__).parents[2] / "assistant" / "minilm" / "tokenizer.json"
BASE, ANNEALED = "base.pt", "annealed.pt"
HELD_OUT = "held-out.jsonl.gz"

log = logging.getLogger(__name__)


def train_base(places: Places, out: Path) -> None:
    """Train on all sets but SciFact's, and write the pairs that are held out."""
    mix = read_mix()
    sets, held = gather(places, mix)
    log.info("%d pairs of %d sets to train on", sum(map(len, sets.values())), len(sets))
    _write([pair for name in sorted(held) for pair in held[name]], out / HELD_OUT)
    torch.manual_seed(mix["run"]["seed"])
    network = Checker(places.base)
    train(network, _reader(mix), sets, _plan(mix, {}, mix["weights"]), out / BASE)


def anneal(places: Places, out: Path) -> None:
    """Train on while the learning rate falls, on a mix nearer to what the checker is for."""
    mix = read_mix()
    sets, _ = gather(places, mix)
    network = _network(places, out / BASE)
    plan = _plan(mix, mix["anneal"], mix["anneal_weights"])
    train(network, _reader(mix), sets, plan, out / ANNEALED)


def finish(places: Places, out: Path) -> None:
    """Train the last steps with SciFact's pairs: once with all, once without each fold."""
    mix = read_mix()
    sets, _ = gather(places, mix)
    scifact = read_scifact(places.scifact)
    settings = dict(mix["finish"])
    of_scifact, others = settings.pop(SCIFACT), settings.pop("others")
    weights = {name: others * weight for name, weight in mix["anneal_weights"].items()}
    plan = _plan(mix, settings, {**weights, SCIFACT: of_scifact})
    for fold in (None, *range(FOLDS)):
        name = "checker" if fold is None else f"fold-{fold}"
        train(
            _network(places, out / ANNEALED),
            _reader(mix),
            {**sets, SCIFACT: scifact.without(fold)},
            plan,
            out / f"{name}.pt",
        )


def export(places: Places, out: Path) -> None:
    """Write each finished network as ONNX, in float32 and in int8."""
    mix = read_mix()
    for checkpoint in sorted([out / "checker.pt", *out.glob("fold-*.pt")]):
        network = _network(places, checkpoint)
        whole = checkpoint.with_suffix(".float32.onnx")
        export_float(network, _reader(mix), whole)
        quantise(whole, checkpoint.with_suffix(".onnx"))
    shutil.copy(TOKENIZER, out / TOKENIZER.name)  # beside each model, as every reader wants it


STEPS: Mapping[str, Callable[[Places, Path], None]] = {
    "train": train_base,
    "anneal": anneal,
    "finish": finish,
    "export": export,
}


def _network(places: Places, checkpoint: Path) -> Checker:
    """Return the network as a checkpoint has it."""
    network = Checker(places.base)
    network.load_state_dict(torch.load(checkpoint, weights_only=True)["network"])
    return network


def _reader(mix: Mapping[str, Any]) -> Reader:
    return Reader(TOKENIZER, mix["run"]["max_tokens"])


def _plan(mix: Mapping[str, Any], changed: Mapping[str, Any], weights: Mapping[str, float]) -> Plan:
    return Plan(**{**mix["run"], **changed}, weights=weights)


def _write(pairs: Sequence[Pair], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(path, "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(asdict(pair)) + "\n" for pair in pairs)
