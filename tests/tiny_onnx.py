"""Cross-encoders of a few hundred bytes, written as ONNX's protobuf by hand.

The score of a pair is the sum of a weight a token: what a test can work out in its head.
Field numbers are those of onnx.proto3: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3
"""

from collections.abc import Mapping, Sequence

import numpy as np

FLOAT, INT32, INT64, FLOAT16 = 1, 6, 7, 10
"""Members of TensorProto.DataType."""

INPUTS = ("input_ids", "attention_mask", "token_type_ids")


def weighing_model(
    weights: Sequence[Sequence[float]],
    inputs: Mapping[str, int] | Sequence[str] = INPUTS,
    output_type: int = FLOAT,
    summed: bool = True,
) -> bytes:
    """An ONNX model: a row of weights a token, summed over the tokens of a pair.

    Args:
        weights: one row a token id, one column a logit.
        inputs: the inputs of the graph, with their types. The first is looked up; tokens
            for which one of the others is 0 do not count.
        output_type: to which the sums are cast.
        summed: False leaves a row a token: logits of shape (pairs, tokens, columns).
    """
    types = inputs if isinstance(inputs, Mapping) else dict.fromkeys(inputs, INT64)
    ids, *masks = types
    table = np.array(weights, dtype=np.float32)
    nodes, last = [node("Gather", ["weights", ids], "looked_up")], "looked_up"
    for mask in masks:
        nodes += [
            node("Cast", [mask], f"{mask}_float", to=FLOAT),
            node("Unsqueeze", [f"{mask}_float", "last_axis"], f"{mask}_column"),
            node("Mul", [last, f"{mask}_column"], f"{mask}_applied"),
        ]
        last = f"{mask}_applied"
    if summed:
        nodes.append(node("ReduceSum", [last, "token_axis"], "sums", keepdims=0))
        last = "sums"
    nodes.append(node("Cast", [last], "logits", to=output_type))
    graph = [
        *(message(1, each) for each in nodes),
        message(2, b"tiny"),
        message(5, tensor("weights", table, FLOAT)),
        message(5, tensor("token_axis", np.array([1], dtype=np.int64), INT64)),
        message(5, tensor("last_axis", np.array([2], dtype=np.int64), INT64)),
        *(message(11, value_info(name, kind, ["pairs", "tokens"])) for name, kind in types.items()),
        message(12, value_info("logits", output_type, None)),
    ]
    opset = number(2, 13)
    return number(1, 8) + message(7, b"".join(graph)) + message(8, opset)


def node(operator: str, inputs: Sequence[str], output: str, **attributes: int) -> bytes:
    """A NodeProto; its attributes are integers."""
    return b"".join(
        [
            *(message(1, name.encode()) for name in inputs),
            message(2, output.encode()),
            message(4, operator.encode()),
            *(
                message(5, message(1, name.encode()) + number(3, value) + number(20, 2))
                for name, value in attributes.items()
            ),
        ]
    )


def tensor(name: str, array: np.ndarray, kind: int) -> bytes:
    """A TensorProto with raw, little-endian data."""
    dims = b"".join(number(1, length) for length in array.shape)
    raw = array.astype(array.dtype.newbyteorder("<")).tobytes()
    return dims + number(2, kind) + message(8, name.encode()) + message(9, raw)


def value_info(name: str, kind: int, axes: Sequence[str] | None) -> bytes:
    """A ValueInfoProto of a tensor with named axes, or of any shape."""
    shape = b"" if axes is None else message(2, b"".join(map(named_axis, axes)))
    tensor_type = number(1, kind) + shape
    return message(1, name.encode()) + message(2, message(1, tensor_type))


def named_axis(name: str) -> bytes:
    return message(1, message(2, name.encode()))


def number(field: int, value: int) -> bytes:
    """A field of wire type 0."""
    return varint(field << 3) + varint(value)


def message(field: int, content: bytes) -> bytes:
    """A field of wire type 2: a message, string or run of bytes."""
    return varint(field << 3 | 2) + varint(len(content)) + content


def varint(value: int) -> bytes:
    low, rest = value & 0x7F, value >> 7
    return bytes([low | 0x80]) + varint(rest) if rest else bytes([low])
