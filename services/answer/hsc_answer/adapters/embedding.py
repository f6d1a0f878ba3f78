"""A sentence model from a directory: an ONNX file run by onnxruntime, its tokenizer by tokenizers, both an extra."""

import asyncio
import hashlib
import importlib
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from cachetools import LRUCache

from hsc_answer.domain.passage import Passage
from hsc_answer.flows.ports import MeaningUnavailable

MODEL = "model.onnx"
TOKENIZER = "tokenizer.json"
MOST_CHARACTERS = 2_000
MOST_TOKENS = 256
BATCH = 8
MOST_WAITING = 16
ENTRY_BYTES = 300  # of a kept vector's key and object
INPUTS = frozenset({"input_ids", "attention_mask", "token_type_ids"})

Floats = npt.NDArray[np.float32]


class EmbeddingUnusable(Exception):
    """The directory holds no sentence model that can be run; says what is wrong with it."""


@contextmanager
def opened(folder: Path | None, cache_bytes: int) -> Iterator["OnnxMeaning | None"]:
    """Yield the model in `folder`; None without one. Raises EmbeddingUnusable."""
    if folder is None:
        yield None
        return
    meaning = OnnxMeaning(folder, cache_bytes)
    try:
        yield meaning
    finally:
        meaning.close()


class OnnxMeaning:
    """Likeness of a question and passages: the cosine of their vectors. One thread, a bounded queue before it."""

    def __init__(self, folder: Path, cache_bytes: int) -> None:
        """Load the model and try it once; vectors of passages are kept within `cache_bytes`."""
        # Extras, so no plain imports.
        runtime: Any = importlib.import_module("onnxruntime")
        tokenizers: Any = importlib.import_module("tokenizers")
        options = runtime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        try:
            self._session = runtime.InferenceSession(str(folder / MODEL), options, providers=["CPUExecutionProvider"])
            self._tokenizer = tokenizers.Tokenizer.from_file(str(folder / TOKENIZER))
            self._inputs = {given.name for given in self._session.get_inputs()}
            if strange := self._inputs - INPUTS:
                raise EmbeddingUnusable(f"{MODEL} asks for {', '.join(sorted(strange))}, not for tokens alone")
            self._prepare()
            self._vectors(["Does it run?"])
            digest = hashlib.sha256((folder / TOKENIZER).read_bytes())
            digest.update((folder / MODEL).read_bytes())
        except EmbeddingUnusable:
            raise
        except Exception as fault:  # the libraries raise what they like, bare Exception included
            raise EmbeddingUnusable(f"{MODEL} and {TOKENIZER} do not run: {str(fault).splitlines()[0]}") from fault
        self.name = f"onnx-{digest.hexdigest()[:12]}"
        self._kept: LRUCache[tuple[str, int], Floats] = LRUCache(
            cache_bytes, getsizeof=lambda vector: vector.nbytes + ENTRY_BYTES
        )
        self._thread = ThreadPoolExecutor(1, "embedding")
        self._places = threading.BoundedSemaphore(MOST_WAITING)

    async def likeness(self, question: str, passages: Sequence[Passage]) -> Sequence[float]:
        """Return a cosine, −1 to 1, for each passage. Raises MeaningUnavailable when too many wait, or it fails."""
        if not self._places.acquire(blocking=False):
            raise MeaningUnavailable
        work = self._thread.submit(self._likeness, question, passages)
        # An asker who leaves takes what has not begun out of the queue.
        work.add_done_callback(lambda _: self._places.release())
        return await asyncio.wrap_future(work)

    def close(self) -> None:
        """Let go of the thread."""
        self._thread.shutdown(wait=True, cancel_futures=True)

    def _likeness(self, question: str, passages: Sequence[Passage]) -> list[float]:
        try:
            known = {_key(p): vector for p in passages if (vector := self._kept.get(_key(p))) is not None}
            new = [p for p in passages if _key(p) not in known]
            for at in range(0, len(new), BATCH):
                batch = new[at : at + BATCH]
                for passage, vector in zip(batch, self._vectors([_text(p) for p in batch]), strict=True):
                    known[_key(passage)] = vector
                    if vector.nbytes + ENTRY_BYTES <= self._kept.maxsize:
                        self._kept[_key(passage)] = vector
            asked = self._vectors([question])[0]
        except Exception as fault:
            raise MeaningUnavailable from fault
        return [float(known[_key(p)] @ asked) for p in passages]

    def _prepare(self) -> None:
        """Cut by tokens, and fill a batch to its longest text: whatever the file says about training."""
        cut, filled = self._tokenizer.truncation or {}, self._tokenizer.padding or {}
        self._tokenizer.enable_truncation(min(MOST_TOKENS, cut.get("max_length", MOST_TOKENS)))
        token = filled.get("pad_token", "[PAD]")
        self._tokenizer.enable_padding(pad_id=filled.get("pad_id", self._tokenizer.token_to_id(token) or 0))

    def _vectors(self, texts: Sequence[str]) -> Floats:
        """Return a unit vector for each text: the model's own, or the mean of its tokens'."""
        tokens = self._tokenizer.encode_batch([text[:MOST_CHARACTERS] for text in texts])
        mask = np.array([t.attention_mask for t in tokens], np.int64)
        ids = np.array([t.ids for t in tokens], np.int64)
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        outputs = self._session.run(None, {name: given[name] for name in self._inputs})
        whole = next((output for output in outputs if output.ndim == 2), None)
        if whole is None:
            weights = mask[:, :, None].astype(np.float32)
            whole = (outputs[0] * weights).sum(1) / np.maximum(1, weights.sum(1))
        vectors: Floats = (whole / np.maximum(1e-9, np.linalg.norm(whole, axis=1, keepdims=True))).astype(np.float32)
        if len(vectors) != len(texts) or not np.isfinite(vectors).all():
            raise ValueError("it gives no vector for a text")
        return vectors


def _key(passage: Passage) -> tuple[str, int]:
    # A manual's id names its revision.
    return passage.manual_id, passage.ordinal


def _text(passage: Passage) -> str:
    return ". ".join((*passage.section_path[-1:], passage.text))
