"""Training, in steps that a stopped run takes up where the last checkpoint was written."""

import logging
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from assistant.errors import UsageError
from eval.checker.network import Checker, Reader
from eval.checker.pairs import Pair
from eval.checker.schedule import batches, learning_rate

log = logging.getLogger(__name__)

FAST_BFLOAT16 = torch.backends.cpu.get_cpu_capability() not in {"DEFAULT", "AVX2"}
"""Whether this processor computes in bfloat16 itself; where it is emulated, float32 is faster."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How a run goes: see ``mix.toml``."""

    steps: int
    learning_rate: float
    weights: Mapping[str, float]
    seed: int
    batch: int
    max_tokens: int
    warm_up: int
    decay: float
    weight_decay: float
    label_smoothing: float
    checkpoint_every: int


def train(
    network: Checker,
    reader: Reader,
    sets: Mapping[str, Sequence[Pair]],
    plan: Plan,
    checkpoint: Path,
) -> None:
    """Train a network in place, as far as the plan goes, from the checkpoint if there is one.

    Raises:
        UsageError: the checkpoint is of another plan.
    """
    optimiser = torch.optim.AdamW(
        _groups(network, plan.weight_decay), lr=plan.learning_rate, fused=True
    )
    done = _take_up(network, optimiser, plan, checkpoint)
    steps = islice(batches(sets, plan.weights, plan.batch, plan.seed), done, plan.steps)
    network.train()
    torch.manual_seed(plan.seed + done)
    for step, loss in enumerate(_losses(network, reader, steps, plan), start=done):
        for group in optimiser.param_groups:
            group["lr"] = learning_rate(
                step, plan.steps, plan.learning_rate, plan.warm_up, plan.decay
            )
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        if (step + 1) % plan.checkpoint_every == 0 or step + 1 == plan.steps:
            _keep(network, optimiser, plan, step + 1, checkpoint)
    network.eval()


def _losses(
    network: Checker, reader: Reader, steps: Iterator[list[Pair]], plan: Plan
) -> Iterator[Tensor]:
    """Yield the loss of each step; tell the mean of every fifty."""
    recent: list[float] = []
    started = time.monotonic()
    for pairs in steps:
        with torch.autocast("cpu", torch.bfloat16, enabled=FAST_BFLOAT16):
            heads = network(**reader.tensors(pairs))
        loss = _loss(heads, pairs, plan.label_smoothing)
        recent.append(loss.item())
        yield loss
        if len(recent) % 50 == 0:
            pace = (time.monotonic() - started) / len(recent)
            log.info(
                "%d steps, loss %.4f, %.2f s a step", len(recent), sum(recent[-50:]) / 50, pace
            )


def _loss(heads: tuple[Tensor, Tensor], pairs: Sequence[Pair], smoothing: float) -> Tensor:
    """Return the weighted mean loss of a batch, each pair by the head that it teaches."""
    total = torch.zeros(())
    for logits, asked in zip(heads, (False, True), strict=True):
        rows = [place for place, pair in enumerate(pairs) if pair.is_question == asked]
        if rows:
            targets = torch.tensor([pairs[place].target for place in rows])
            weights = torch.tensor([pairs[place].weight for place in rows])
            losses = cross_entropy(
                logits[rows].float(), targets, reduction="none", label_smoothing=smoothing
            )
            total = total + (losses * weights).sum()
    return total / len(pairs)


def _groups(network: Checker, decay: float) -> list[dict[str, Any]]:
    """Return the parameters by whether they decay: matrices do, biases and norms don't."""
    matrices = [each for each in network.parameters() if each.dim() > 1]
    rest = [each for each in network.parameters() if each.dim() <= 1]
    return [{"params": matrices, "weight_decay": decay}, {"params": rest, "weight_decay": 0.0}]


def _take_up(
    network: Checker, optimiser: torch.optim.Optimizer, plan: Plan, checkpoint: Path
) -> int:
    if not checkpoint.is_file():
        return 0
    state = torch.load(checkpoint, weights_only=True)
    if state["plan"] != asdict(plan):
        raise UsageError(f"{checkpoint}: made by another mix.toml; remove it to begin anew")
    network.load_state_dict(state["network"])
    optimiser.load_state_dict(state["optimiser"])
    log.info("%s: going on after step %d", checkpoint, state["step"])
    return int(state["step"])


def _keep(
    network: Checker,
    optimiser: torch.optim.Optimizer,
    plan: Plan,
    step: int,
    checkpoint: Path,
) -> None:
    """Write a checkpoint whole or not at all."""
    checkpoint.parent.mkdir(parents=True, exist_ok=True)
    partial = checkpoint.with_suffix(".partial")
    state = {"network": network.state_dict(), "optimiser": optimiser.state_dict()}
    torch.save({**state, "plan": asdict(plan), "step": step}, partial)
    os.replace(partial, checkpoint)
    log.info("step %d kept in %s", step, checkpoint)
