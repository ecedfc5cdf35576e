"""Whether a message is for us at all: a score of its own, not the classifier's confidence turned round.

The likelihood of all our matters against everything else is weighed by a small logistic model, together with how well the
best of ours and the best of the others fit. It is fitted on sentences that the likelihoods were not counted on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

OUTSIDE = ("out_of_scope", "outside_")
"""Intents that are not ours begin like this; what follows ``outside_`` names the rightful addressee."""


def is_outside(intent: str) -> bool:
    """Whether an intent is not ours."""
    return intent.startswith(OUTSIDE)


@dataclass(frozen=True)
class OutsideScore:
    """The fitted weights of the evidence and their bias."""

    weights: tuple[float, ...]
    bias: float

    @classmethod
    def fit(cls, evidence: np.ndarray, outside: Sequence[bool]) -> OutsideScore:
        """Learn how the evidence tells; both kinds count alike, however many of each there are."""
        model = LogisticRegression(class_weight="balanced", max_iter=1000).fit(evidence, np.asarray(outside))
        return cls(tuple(float(weight) for weight in model.coef_[0]), float(model.intercept_[0]))

    def __call__(self, evidence: np.ndarray) -> np.ndarray:
        """Probabilities of not being ours, a row of evidence each."""
        return 1.0 / (1.0 + np.exp(-(evidence @ np.asarray(self.weights) + self.bias)))

    def as_data(self) -> dict[str, Any]:
        """Plain data to keep."""
        return {"weights": list(self.weights), "bias": self.bias}

    @classmethod
    def of_data(cls, data: dict[str, Any]) -> OutsideScore:
        """The other way round."""
        return cls(tuple(data["weights"]), data["bias"])


def evidence_of(scores: np.ndarray, gate: np.ndarray, outside: np.ndarray) -> np.ndarray:
    """``(n, 4)``: the gate's log-odds, the best of ours, the best of the others, and how far ours stands out.

    ``scores`` is ``(n, labels)``, ``gate`` ``(n,)``, ``outside`` a mask of the labels that are not ours.
    """
    ours = scores[:, ~outside]
    best = np.partition(ours, max(0, ours.shape[1] - 2), axis=1)[:, -2:]
    return np.column_stack([gate, best[:, -1], scores[:, outside].max(axis=1), best[:, -1] - best[:, 0]])
