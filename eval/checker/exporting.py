"""From a trained network to the files that ship: ONNX, in float32 to compare with and in int8."""

import hashlib
import logging
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

from eval.checker.network import Checker, Reader
from eval.checker.pairs import Pair

INPUTS = ("input_ids", "attention_mask", "token_type_ids")
OUTPUTS = ("entailment", "answers")
OPSET = 17

log = logging.getLogger(__name__)


def export_float(network: Checker, reader: Reader, path: Path) -> None:
    """Write a network as ONNX in float32: token ids in, shape (pairs, tokens), logits out."""
    network.eval()
    example = reader.tensors([Pair("", "A passage.", "What is said of it.", "neutral")] * 2)
    partial = path.with_suffix(".partial")
    torch.onnx.export(
        network,
        tuple(example[name] for name in INPUTS),
        str(partial),
        input_names=list(INPUTS),
        output_names=list(OUTPUTS),
        dynamic_axes={name: {0: "pairs", 1: "tokens"} for name in INPUTS}
        | {name: {0: "pairs"} for name in OUTPUTS},
        opset_version=OPSET,
        dynamo=False,
    )
    partial.replace(path)


def quantise(source: Path, path: Path) -> None:
    """Write a model in int8: weights by channel, activations as they come."""
    partial = path.with_suffix(".partial")
    quantize_dynamic(source, partial, weight_type=QuantType.QInt8, per_channel=True)
    partial.replace(path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    log.info("%s: %d bytes, sha256 %s", path, path.stat().st_size, digest)
