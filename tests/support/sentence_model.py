"""A sentence model of a few words, as files: ONNX's protobuf written by hand, and a tokenizer of whole words."""

import json
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path

FLOAT, INT64 = 1, 7  # TensorProto.DataType
INT, INTS = 2, 7  # AttributeProto.AttributeType


def write(folder: Path, words: Mapping[str, Sequence[float]], *, pooled: bool = False, asks_for: str = "") -> Path:
    """Write a model that knows `words` by their vectors, others as zeros.

    It gives a vector for each token, or, `pooled`, their mean. `asks_for` adds an input.
    """
    folder.mkdir(parents=True, exist_ok=True)
    size = len(next(iter(words.values())))
    table = [[0.0] * size, [0.0] * size, *words.values()]
    vocabulary = {word: number for number, word in enumerate(["[PAD]", "[UNK]", *words])}
    gather = _text(1, "table") + _text(1, "input_ids") + _text(2, "tokens") + _text(4, "Gather")
    mean = _text(1, "tokens") + _text(2, "mean") + _text(4, "ReduceMean")
    mean += _part(5, _text(1, "axes") + _number(8, 1) + _number(20, INTS))
    mean += _part(5, _text(1, "keepdims") + _number(3, 0) + _number(20, INT))
    weights = _number(1, len(table)) + _number(1, size) + _number(2, FLOAT) + _text(8, "table")
    weights += _part(9, b"".join(struct.pack(f"<{size}f", *row) for row in table))
    graph = _part(1, gather) + (_part(1, mean) if pooled else b"") + _text(2, "tiny") + _part(5, weights)
    for name in ("input_ids", "attention_mask", *([asks_for] if asks_for else [])):
        graph += _part(11, _value(name, INT64, ("batch", "length")))
    graph += _part(12, _value("mean", FLOAT, ("batch", size)) if pooled else _value("tokens", FLOAT, ("b", "l", size)))
    model = _number(1, 8) + _part(7, graph) + _part(8, _number(2, 13))
    (folder / "model.onnx").write_bytes(model)
    (folder / "tokenizer.json").write_text(
        json.dumps(
            {
                "version": "1.0",
                # As files from training have it: every text as long as the longest allowed.
                "padding": {
                    "strategy": {"Fixed": 128},
                    "direction": "Right",
                    "pad_to_multiple_of": None,
                    "pad_id": 0,
                    "pad_type_id": 0,
                    "pad_token": "[PAD]",
                },
                "truncation": None,
                "added_tokens": [],
                "normalizer": {"type": "Lowercase"},
                "pre_tokenizer": {"type": "Whitespace"},
                "post_processor": None,
                "decoder": None,
                "model": {"type": "WordLevel", "vocab": vocabulary, "unk_token": "[UNK]"},
            }
        )
    )
    return folder


def _value(name: str, kind: int, shape: Sequence[int | str]) -> bytes:
    dims = b"".join(_part(1, _number(1, d) if isinstance(d, int) else _text(2, d)) for d in shape)
    return _text(1, name) + _part(2, _part(1, _number(1, kind) + _part(2, dims)))


def _text(field: int, text: str) -> bytes:
    return _part(field, text.encode())


def _part(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(content)) + content


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _varint(value: int) -> bytes:
    octets = []
    while value > 127:
        octets.append(value & 127 | 128)
        value >>= 7
    return bytes([*octets, value])
