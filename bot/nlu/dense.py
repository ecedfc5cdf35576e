"""A second opinion from sentence vectors: a ridge model on an encoder's vectors, mixed with the n-grams' opinion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import RidgeClassifier

from bot.nlu.encoder import SentenceEncoder, encoder
from bot.text.normalise import normalise

SHARPNESS = 20.0
"""Ridge scores lie in a narrow band; this makes them comparable with log-likelihoods."""


@dataclass(frozen=True)
class DenseOpinion:
    """What sentence vectors say of each label."""

    name: str
    mean: np.ndarray
    weights: np.ndarray
    bias: np.ndarray

    @classmethod
    def learn(cls, name: str, texts: Sequence[str], target: np.ndarray, labels: int) -> DenseOpinion:
        """Learn on the encoder of a name; vectors are centred, since most of what they share says nothing."""
        vectors = encoder(name).encode([normalise(text) for text in texts])
        mean = vectors.mean(axis=0)
        model = RidgeClassifier(alpha=1.0).fit(_unit(vectors - mean), target)
        weights, bias = np.zeros((labels, vectors.shape[1]), dtype=np.float32), np.full(labels, -1.0, dtype=np.float32)
        if len(model.classes_) == 2:
            weights[model.classes_], bias[model.classes_] = np.vstack([-model.coef_, model.coef_]), np.append(-model.intercept_, model.intercept_)
        else:
            weights[model.classes_], bias[model.classes_] = model.coef_, model.intercept_
        return cls(name, mean, weights, bias)

    @property
    def encoder(self) -> SentenceEncoder:
        """The encoder it was learned on."""
        return encoder(self.name)

    def __call__(self, texts: Sequence[str]) -> np.ndarray:
        """``(len(texts), labels)``, comparable with log-likelihoods."""
        vectors = self.encoder.encode([normalise(text) for text in texts])
        return SHARPNESS * (_unit(vectors - self.mean) @ self.weights.T + self.bias)


def _unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
