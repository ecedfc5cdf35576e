"""From sentences to matters: word, lemma and character n-grams beside a sentence vector, a linear model, calibrated.

Plain scikit-learn and NumPy, without Rasa: trained, kept and measured on its own. What each block is worth is measured by
``okienko evaluate --ablate`` (docs/understanding.md).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Optional

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import LinearSVC

from bot.nlu.encoder import encoder
from bot.text.lemmas import lemmas
from bot.text.normalise import fold, normalise

Progress = Callable[[str], None]
FORMAT = 2
LISTED_PREFIX = "command_"


@dataclass(frozen=True)
class Shape:
    """What the model is made of; weights scale the blocks against each other."""

    encoder: str = "none"
    """A sentence encoder of ``bot.nlu.encoder``; none by default (docs/understanding.md has what it is worth)."""
    word_weight: float = 1.0
    lemma_weight: float = 1.0
    char_weight: float = 1.0
    dense_weight: float = 1.6
    strictness: float = 1.0
    """Inverse regularisation of the linear model (scikit-learn's C)."""
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


@dataclass
class Matcher:
    """A trained model; ``ranking`` is all the engine needs of it."""

    shape: Shape = field(default_factory=Shape)
    labels: list[str] = field(default_factory=list)
    temperature: float = 1.0
    listed: dict[str, str] = field(default_factory=dict)
    """Commands word for word: a message that is one needs no model ("tak", "dalej")."""
    _fitted: list[_Block] = field(default_factory=list)
    _weights: Any = None
    _bias: Optional[np.ndarray] = None
    _rows: Optional[np.ndarray] = None
    """The weights with a row for each feature, made on first use."""

    def fit(self, texts: Sequence[str], intents: Sequence[str], progress: Progress = lambda _: None) -> Matcher:
        """Learn from sentences and their intents."""
        self._fitted = _blocks(self.shape)
        pairs = zip(texts, intents, strict=False)
        self.listed = {_key(text): intent for text, intent in pairs if intent.startswith(LISTED_PREFIX)}
        progress("cechy słów")
        for block in self._fitted:
            block.vectorizer.fit([block.view(text) for text in texts])
        progress("wektory zdań")
        features = self._features(texts)
        progress("model")
        self.labels, target = np.unique(np.asarray(intents), return_inverse=True)
        self.labels = [str(label) for label in self.labels]
        self._weights, self._bias = self._linear(features, target)
        progress("kalibracja")
        self.temperature = self._calibrate(features, target)
        return self

    def _linear(self, features: sparse.csr_matrix, target: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """One separating plane a label; a softmax over the distances is made into probabilities by the temperature."""
        model = LinearSVC(C=self.shape.strictness, random_state=7)
        model.fit(features, target)
        return _full(model, len(self.labels))

    def _calibrate(self, features: sparse.csr_matrix, target: np.ndarray) -> float:
        """The temperature under which held-out sentences get the likeliest probabilities."""
        smallest = int(np.bincount(target).min())
        if smallest < self.shape.folds:
            return 1.0
        train, held = next(StratifiedKFold(self.shape.folds, shuffle=True, random_state=7).split(np.zeros(len(target)), target))
        weights, bias = self._linear(features[train], target[train])
        scores = np.asarray(features[held] @ weights.T) + bias
        steps = np.geomspace(0.03, 3.0, 60)
        losses = [-np.mean(_log_softmax(scores / step)[np.arange(len(held)), target[held]]) for step in steps]
        return float(steps[int(np.argmin(losses))])

    def _features(self, texts: Sequence[str]) -> sparse.csr_matrix:
        parts = [block.vectorizer.transform([block.view(text) for text in texts]) * block.weight for block in self._fitted]
        if self.shape.encoder != "none":
            parts.append(sparse.csr_matrix(encoder(self.shape.encoder).encode([normalise(text) for text in texts]) * self.shape.dense_weight))
        return sparse.hstack(parts, format="csr", dtype=np.float32)

    def probabilities(self, texts: Sequence[str]) -> np.ndarray:
        """``(len(texts), len(labels))``, calibrated."""
        scores = np.asarray(self._features(texts) @ self._weights.T) + self._bias
        return np.exp(_log_softmax(scores / self.temperature))

    def ranking(self, text: str, limit: int = 30) -> list[tuple[str, float]]:
        """The likeliest intents of one sentence, best first."""
        known = self.listed.get(_key(text))
        if known is not None:
            return [(known, 1.0)]
        chances = np.exp(_log_softmax((self._scores(text) / self.temperature)[None, :]))[0]
        best = np.argsort(-chances)[:limit]
        return [(self.labels[place], float(chances[place])) for place in best]

    def _scores(self, text: str) -> np.ndarray:
        """The same as for many sentences, without the cost of sparse matrices: one message is a few hundred features."""
        if self._rows is None:
            self._rows = np.ascontiguousarray(self._weights.T)
        scores = self._bias.copy()
        start = 0
        for block in self._fitted:
            places, values = _weighed(block, text)
            if places.size:
                scores += values @ self._rows[places + start]
            start += len(block.vectorizer.vocabulary_)
        if self.shape.encoder != "none":
            dense = encoder(self.shape.encoder).encode([normalise(text)])[0] * self.shape.dense_weight
            scores += dense @ self._rows[start:]
        return scores

    def save(self, folder: Path) -> None:
        """Keep the model as numbers and JSON; nothing in it can run."""
        views = {block.name: {"vocabulary": {word: int(place) for word, place in block.vectorizer.vocabulary_.items()}} for block in self._fitted}
        idf = {f"idf_{block.name}": block.vectorizer.idf_ for block in self._fitted}
        np.savez_compressed(folder / "matcher.npz", weights=self._weights.astype(np.float16), bias=self._bias, **idf)
        data = {"format": FORMAT, "labels": self.labels, "temperature": self.temperature, "listed": self.listed, "shape": vars(self.shape), "views": views}
        (folder / "matcher.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Matcher:
        """A kept model. Raises ValueError when it is of another format."""
        data = json.loads((folder / "matcher.json").read_text(encoding="utf-8"))
        if data.get("format") != FORMAT:
            raise ValueError("the model is of another format; train it again")
        arrays = np.load(folder / "matcher.npz", allow_pickle=False)
        found = cls(Shape(**data["shape"]), data["labels"], data["temperature"], data["listed"])
        found._fitted = _blocks(found.shape)
        for block in found._fitted:
            block.vectorizer.vocabulary_ = data["views"][block.name]["vocabulary"]
            block.vectorizer.idf_ = arrays[f"idf_{block.name}"]
        found._weights = arrays["weights"].astype(np.float32)
        found._bias = arrays["bias"]
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


def _full(model: LinearSVC, labels: int) -> tuple[np.ndarray, np.ndarray]:
    """One row a label, also when scikit-learn folds two labels into one row or a fold lacks a label."""
    weights, bias = model.coef_, model.intercept_
    if len(model.classes_) == 2 and weights.shape[0] == 1:
        weights, bias = np.vstack([-weights, weights]), np.concatenate([-bias, bias])
    if len(model.classes_) == labels:
        return weights.astype(np.float32), bias.astype(np.float32)
    full = np.zeros((labels, weights.shape[1]), dtype=np.float32)
    low = np.full(labels, float(bias.min()) - 5.0, dtype=np.float32)
    full[model.classes_], low[model.classes_] = weights, bias
    return full, low


def _log_softmax(scores: np.ndarray) -> np.ndarray:
    shifted = scores - scores.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
