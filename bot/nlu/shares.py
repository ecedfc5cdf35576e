"""Naive Bayes on weighted features, kept as what it knows: most features were never seen with most labels.

A feature that a label never had counts the same for that label, whichever feature it is; so one number a label and the
exceptions are the whole model, and a message costs as much as it has exceptions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Optional

import numpy as np
from scipy import sparse


@dataclass(frozen=True)
class Shares:
    """The logarithms of each feature's share in each label, and the log-odds between ours and the rest.

    ``rare`` ``(labels,)``: what a feature counts in a label that never had it. ``more`` ``(features, labels)``, sparse: how
    much more it counts where it was seen. ``gate`` ``(features,)``: how much it speaks for not being ours; None: not learned.
    """

    rare: np.ndarray
    more: sparse.csr_matrix
    gate: Optional[np.ndarray] = None

    @classmethod
    def learn(cls, features: sparse.csr_matrix, target: np.ndarray, labels: int, smoothing: float, foreign: np.ndarray) -> Shares:
        """Count: the numbers of scikit-learn's MultinomialNB with equally likely labels.

        ``foreign`` is a mask of the labels that are not ours; ``smoothing`` what a feature counts where it never was.
        """
        rare, more = _log_shares(features, target, labels, smoothing)
        if not foreign.any() or foreign.all():
            return cls(rare, more)
        two_rare, two_more = _log_shares(features, foreign[target].astype(np.int64), 2, smoothing)
        both = two_more.toarray()
        return cls(rare, more, (both[:, 1] - both[:, 0] + two_rare[1] - two_rare[0]).astype(np.float32))

    def scores(self, features: sparse.csr_matrix) -> np.ndarray:
        """``(n, labels)``: the log-likelihood of each row under each label."""
        return np.asarray((features @ self.more).todense()) + np.outer(np.asarray(features.sum(axis=1)), self.rare)

    def odds(self, features: sparse.csr_matrix) -> np.ndarray:
        """``(n,)``: the log-odds of not being ours; zeros where they were not learned."""
        return np.zeros(features.shape[0]) if self.gate is None else np.asarray(features @ self.gate)

    def scores_of(self, places: np.ndarray, values: np.ndarray) -> np.ndarray:
        """``(labels,)`` for one message, given as its features and their values; the cells of those rows are added up without making a matrix of them."""
        starts = self.more.indptr[places]
        lengths = self.more.indptr[places + 1] - starts
        ends = np.cumsum(lengths)
        cells = np.repeat(starts - ends + lengths, lengths) + np.arange(ends[-1] if len(ends) else 0)
        seen = np.bincount(self.more.indices[cells], np.repeat(values, lengths) * self.more.data[cells], minlength=len(self.rare))
        return np.asarray(seen + float(values.sum()) * self.rare)

    def odds_of(self, places: np.ndarray, values: np.ndarray) -> float:
        """The log-odds of not being ours, for one message."""
        return 0.0 if self.gate is None else float(values @ self.gate[places])

    def arrays(self) -> dict[str, np.ndarray]:
        """Plain arrays to keep; half precision is enough for sums of a few hundred features."""
        gate = {} if self.gate is None else {"gate": self.gate.astype(np.float16)}
        return {"rare": self.rare, "more": self.more.data.astype(np.float16), "more_labels": self.more.indices.astype(np.uint16),
                "more_starts": self.more.indptr, **gate}  # fmt: skip

    @classmethod
    def of_arrays(cls, kept: Mapping[str, np.ndarray]) -> Shares:
        """The other way round."""
        starts = kept["more_starts"]
        rare = kept["rare"]
        more = sparse.csr_matrix((kept["more"].astype(np.float32), kept["more_labels"].astype(np.int32), starts), shape=(len(starts) - 1, len(rare)))
        return cls(rare, more, kept["gate"].astype(np.float32) if "gate" in kept else None)


def _log_shares(features: sparse.csr_matrix, target: np.ndarray, labels: int, smoothing: float) -> tuple[np.ndarray, sparse.csr_matrix]:
    member = sparse.csr_matrix((np.ones(len(target), dtype=np.float32), (np.arange(len(target)), target)), shape=(len(target), labels))
    counts = (features.T.tocsr() @ member).tocsr()
    totals = np.asarray(counts.sum(axis=0)).ravel() + smoothing * features.shape[1]
    more = counts.copy()
    more.data = np.log1p(counts.data / np.float32(smoothing)).astype(np.float32)
    return (np.log(smoothing) - np.log(totals)).astype(np.float32), more
