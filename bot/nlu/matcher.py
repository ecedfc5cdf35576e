"""From sentences to matters: word, lemma and character n-grams, naive Bayes on their TF-IDF, calibrated.

Plain scikit-learn and NumPy, without Rasa: trained, kept and measured on its own. What each block is worth is measured by
``okienko evaluate --ablate`` (docs/understanding.md).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Optional

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import StratifiedKFold

from bot.nlu.dense import DenseOpinion
from bot.nlu.outside import OutsideScore, evidence_of, is_outside
from bot.text.lemmas import lemmas
from bot.text.normalise import fold, normalise

Progress = Callable[[str], None]
FORMAT = 4
LISTED_PREFIX = "command_"
UNCALIBRATED = 1.0
"""The temperature where a label has too few sentences to hold any out."""


@dataclass(frozen=True)
class Shape:
    """What the model is made of; weights scale the blocks against each other."""

    encoder: str = "none"
    """A sentence encoder of ``bot.nlu.encoder``; none by default (docs/understanding.md has what it is worth)."""
    word_weight: float = 1.0
    lemma_weight: float = 1.0
    char_weight: float = 1.0
    dense_share: float = 0.3
    """How much of the opinion is the encoder's, where there is one."""
    smoothing: float = 0.01
    """What a feature counts in a label that never had it (scikit-learn's alpha)."""
    folds: int = 3


def _view_words(text: str) -> str:
    return fold(normalise(text))


def _key(text: str) -> str:
    return _view_words(text).strip(" ?!.,:;)(")


def _view_lemmas(text: str) -> str:
    return " ".join(lemmas(text))


@dataclass
class _Block:
    name: str
    view: Callable[[str], str]
    weight: float
    vectorizer: TfidfVectorizer
    analyse: Optional[Callable[[str], list[str]]] = None


def _blocks(shape: Shape) -> list[_Block]:
    found = []
    if shape.word_weight:
        found.append(_Block("words", _view_words, shape.word_weight, TfidfVectorizer(ngram_range=(1, 2), min_df=1, sublinear_tf=True, dtype=np.float32, token_pattern=r"\w+")))
    if shape.lemma_weight:
        found.append(_Block("lemmas", _view_lemmas, shape.lemma_weight, TfidfVectorizer(ngram_range=(1, 2), min_df=1, sublinear_tf=True, dtype=np.float32, token_pattern=r"\w+")))
    if shape.char_weight:
        found.append(_Block("chars", _view_words, shape.char_weight, TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=2, sublinear_tf=True, dtype=np.float32, max_features=60_000)))
    return found


@dataclass(frozen=True)
class _Planes:
    """A linear model: weights for each label, and last, if anything is not ours, those between ours and the rest."""

    weights: np.ndarray
    bias: np.ndarray


@dataclass(frozen=True)
class Ranking:
    """The likeliest intents of one sentence, best first, and the probability that it is not ours (None: not learned)."""

    items: list[tuple[str, float]]
    outside: Optional[float] = None


@dataclass
class Matcher:
    """A trained model; ``ranking`` is all the engine needs of it."""

    shape: Shape = field(default_factory=Shape)
    labels: list[str] = field(default_factory=list)
    temperature: float = 1.0
    listed: dict[str, str] = field(default_factory=dict)
    """Commands word for word: a message that is one needs no model ("tak", "dalej")."""
    outside: Optional[OutsideScore] = None
    _fitted: list[_Block] = field(default_factory=list)
    _planes: Optional[_Planes] = None
    _dense: Optional[DenseOpinion] = None
    _rows: Optional[np.ndarray] = None
    """The weights with a row for each feature, made on first use."""

    def fit(self, texts: Sequence[str], intents: Sequence[str], progress: Progress = lambda _: None) -> Matcher:
        """Learn from sentences and their intents."""
        self._fitted = _blocks(self.shape)
        pairs = zip(texts, intents, strict=False)
        self.listed = {_key(text): intent for text, intent in pairs if intent.startswith(LISTED_PREFIX)}
        progress("cechy zdań")
        features = self._features(texts, learn=True)
        progress("model")
        labels, target = np.unique(np.asarray(intents), return_inverse=True)
        self.labels = [str(label) for label in labels]
        self._planes = self._learn(features, target)
        if self.shape.encoder != "none":
            progress("wektory zdań")
            self._dense = DenseOpinion.learn(self.shape.encoder, texts, target, len(self.labels))
        self.temperature, self.outside = self._calibrate(features, target)
        return self

    @property
    def _foreign(self) -> np.ndarray:
        """A mask of the labels that are not ours."""
        return np.array([is_outside(label) for label in self.labels])

    def _learn(self, features: sparse.csr_matrix, target: np.ndarray) -> _Planes:
        """A naive Bayes model on the TF-IDF features, in which every label is as likely beforehand; it is linear too."""
        weights = _log_shares(features, target, len(self.labels), self.shape.smoothing)
        foreign = self._foreign
        if not foreign.any() or foreign.all():
            return _Planes(weights, np.zeros(len(weights), dtype=np.float32))
        ours, other = _log_shares(features, foreign[target].astype(int), 2, self.shape.smoothing)
        return _Planes(np.vstack([weights, other - ours]), np.zeros(len(weights) + 1, dtype=np.float32))

    def _calibrate(self, features: sparse.csr_matrix, target: np.ndarray) -> tuple[float, Optional[OutsideScore]]:
        """The temperature, and the weights of the outside score, under which held-out sentences are likeliest."""
        smallest = int(np.bincount(target).min())
        if smallest < self.shape.folds:
            return UNCALIBRATED, None
        train, held = next(StratifiedKFold(self.shape.folds, shuffle=True, random_state=7).split(np.zeros(len(target)), target))
        planes = self._learn(features[train], target[train])
        every = np.asarray(features[held] @ planes.weights.T) + planes.bias
        scores = every[:, : len(self.labels)]
        steps = np.geomspace(0.2, 10.0, 60)
        losses = [-np.mean(_log_softmax(scores / step)[np.arange(len(held)), target[held]]) for step in steps]
        temperature = float(steps[int(np.argmin(losses))])
        if every.shape[1] == len(self.labels):
            return temperature, None
        foreign = self._foreign
        return temperature, OutsideScore.fit(evidence_of(scores, every[:, -1], foreign), foreign[target[held]].tolist())

    def _features(self, texts: Sequence[str], *, learn: bool = False) -> sparse.csr_matrix:
        parts = []
        for block in self._fitted:
            views = [block.view(text) for text in texts]
            parts.append((block.vectorizer.fit_transform(views) if learn else block.vectorizer.transform(views)) * block.weight)
        return sparse.hstack(parts, format="csr", dtype=np.float32)

    def probabilities(self, texts: Sequence[str]) -> np.ndarray:
        """``(len(texts), len(labels))``, calibrated."""
        assert self._planes is not None
        scores = (np.asarray(self._features(texts) @ self._planes.weights.T) + self._planes.bias)[:, : len(self.labels)]
        return np.exp(_log_softmax(self._mixed(scores, texts) / self.temperature))

    def _mixed(self, scores: np.ndarray, texts: Sequence[str]) -> np.ndarray:
        """The n-grams' opinion, with the encoder's share where there is an encoder."""
        if self._dense is None:
            return scores
        share = self.shape.dense_share
        return (1.0 - share) * scores + share * self._dense(texts)

    def ranking(self, text: str, limit: int = 30) -> Ranking:
        """The likeliest intents of one sentence, and whether it is ours at all."""
        known = self.listed.get(_key(text))
        if known is not None:
            return Ranking([(known, 1.0)])
        every = self._scores(text)
        scores = every[: len(self.labels)]
        chances = np.exp(_log_softmax(self._mixed(scores[None, :], [text]) / self.temperature))[0]
        best = np.argsort(-chances)[:limit]
        outside = None
        if self.outside is not None:
            outside = float(self.outside(evidence_of(scores[None, :], every[-1:], self._foreign))[0])
        return Ranking([(self.labels[place], float(chances[place])) for place in best], outside)

    def _scores(self, text: str) -> np.ndarray:
        """The same as for many sentences, without the cost of sparse matrices: one message is a few hundred features."""
        if self._rows is None:
            assert self._planes is not None
            self._rows = np.ascontiguousarray(self._planes.weights.T)
        assert self._planes is not None
        scores = self._planes.bias.copy()
        start = 0
        for block in self._fitted:
            places, values = _weighed(block, text)
            if places.size:
                scores += values @ self._rows[places + start]
            start += len(block.vectorizer.vocabulary_)
        return scores

    def save(self, folder: Path) -> None:
        """Keep the model as numbers and JSON; nothing in it can run."""
        assert self._planes is not None
        views = {block.name: {"vocabulary": {word: int(place) for word, place in block.vectorizer.vocabulary_.items()}} for block in self._fitted}
        idf = {f"idf_{block.name}": block.vectorizer.idf_ for block in self._fitted}
        dense = {} if self._dense is None else {"dense_mean": self._dense.mean, "dense_weights": self._dense.weights, "dense_bias": self._dense.bias}
        np.savez_compressed(folder / "matcher.npz", weights=self._planes.weights.astype(np.float16), bias=self._planes.bias, **idf, **dense)
        data = {"format": FORMAT, "labels": self.labels, "temperature": self.temperature, "listed": self.listed, "shape": vars(self.shape), "views": views,
                "outside": self.outside.as_data() if self.outside else None}  # fmt: skip
        (folder / "matcher.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Matcher:
        """A kept model. Raises ValueError when it is of another format."""
        data = json.loads((folder / "matcher.json").read_text(encoding="utf-8"))
        if data.get("format") != FORMAT:
            raise ValueError("the model is of another format; train it again")
        arrays = np.load(folder / "matcher.npz", allow_pickle=False)
        found = cls(Shape(**data["shape"]), data["labels"], data["temperature"], data["listed"], OutsideScore.of_data(data["outside"]) if data["outside"] else None)
        found._fitted = _blocks(found.shape)
        for block in found._fitted:
            block.vectorizer.vocabulary_ = data["views"][block.name]["vocabulary"]
            block.vectorizer.idf_ = arrays[f"idf_{block.name}"]
        found._planes = _Planes(arrays["weights"].astype(np.float32), arrays["bias"])
        if found.shape.encoder != "none":
            found._dense = DenseOpinion(found.shape.encoder, arrays["dense_mean"], arrays["dense_weights"], arrays["dense_bias"])
        return found


def _weighed(block: _Block, text: str) -> tuple[np.ndarray, np.ndarray]:
    """The features of one text in a block: their columns and their TF-IDF values, as scikit-learn computes them."""
    if block.analyse is None:
        block.analyse = block.vectorizer.build_analyzer()
    vocabulary = block.vectorizer.vocabulary_
    counts = Counter(place for gram in block.analyse(block.view(text)) if (place := vocabulary.get(gram)) is not None)
    places = np.fromiter(counts.keys(), dtype=np.int64, count=len(counts))
    values = (1.0 + np.log(np.fromiter(counts.values(), dtype=np.float32, count=len(counts)))) * block.vectorizer.idf_[places]
    norm = float(np.sqrt(values @ values)) or 1.0
    return places, (values * (block.weight / norm)).astype(np.float32)


def _log_shares(features: sparse.csr_matrix, target: np.ndarray, labels: int, smoothing: float) -> np.ndarray:
    """``(labels, features)``: the logarithm of each feature's share in a label, smoothed.

    The same numbers as scikit-learn's MultinomialNB, which needs several times as long: it keeps which sentence has which
    label as a full matrix.
    """
    member = sparse.csr_matrix((np.ones(len(target), dtype=np.float32), (target, np.arange(len(target)))), shape=(labels, len(target)))
    counts = np.asarray((member @ features).todense()) + np.float32(smoothing)
    return (np.log(counts) - np.log(counts.sum(axis=1, keepdims=True))).astype(np.float32)


def _log_softmax(scores: np.ndarray) -> np.ndarray:
    shifted = scores - scores.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
