"""From sentences to matters: word, lemma and character n-grams, naive Bayes on their TF-IDF, calibrated.

Plain scikit-learn and NumPy, without Rasa: trained, kept and measured on its own. What each block is worth is measured by
``okienko evaluate --ablate`` (docs/understanding.md).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Optional

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import StratifiedKFold

from bot.nlu.dense import DenseOpinion
from bot.nlu.outside import OutsideScore, evidence_of, is_outside
from bot.nlu.shares import Shares
from bot.text.language import language_of
from bot.text.lemmas import lemmas
from bot.text.normalise import fold, normalise

Progress = Callable[[str], None]
FORMAT = 6
LISTED_PREFIX = "command_"
POLISH = "pl"
OTHERS = "other"
FEWEST_HELD = 100
"""Held-out sentences of a language group from which it is calibrated by itself."""


@dataclass(frozen=True)
class Shape:
    """What the model is made of; weights scale the blocks against each other."""

    encoder: str = "none"
    """A sentence encoder of ``bot.nlu.encoder``; none by default (docs/understanding.md has what it is worth)."""
    word_weight: float = 1.0
    lemma_weight: float = 1.5
    char_weight: float = 1.0
    dense_share: float = 0.3
    """How much of the opinion is the encoder's, where there is one."""
    smoothing: float = 0.004
    """What a feature counts in a label that never had it (scikit-learn's alpha)."""
    folds: int = 3


def _group(text: str) -> str:
    """The group of languages a text is calibrated in."""
    return POLISH if language_of(text) == POLISH else OTHERS


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
    idf: Optional[np.ndarray] = None
    """scikit-learn makes its ``idf_`` anew, from a matrix, each time it is asked for."""


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
class Calibration:
    """What turns likelihoods into probabilities, for one group of languages. By itself: the likelihoods as they are."""

    temperature: float = 1.0
    outside: Optional[OutsideScore] = None

    def as_data(self) -> dict[str, Any]:
        """Plain data to keep."""
        return {"temperature": self.temperature, "outside": self.outside.as_data() if self.outside else None}

    @classmethod
    def of_data(cls, data: dict[str, Any]) -> Calibration:
        """The other way round."""
        return cls(data["temperature"], OutsideScore.of_data(data["outside"]) if data["outside"] else None)


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
    calibrated: dict[str, Calibration] = field(default_factory=lambda: {POLISH: Calibration()})
    """For Polish and for other languages; these have fewer sentences, so the same likelihood says less of them."""
    listed: dict[str, str] = field(default_factory=dict)
    """Commands word for word: a message that is one needs no model ("tak", "dalej")."""
    _fitted: list[_Block] = field(default_factory=list)
    _shares: Optional[Shares] = None
    _dense: Optional[DenseOpinion] = None

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
        self._shares = self._learn(features, target)
        if self.shape.encoder != "none":
            progress("wektory zdań")
            self._dense = DenseOpinion.learn(self.shape.encoder, texts, target, len(self.labels))
        self.calibrated = self._calibrate(features, target, np.array([_group(text) for text in texts]))
        return self

    @cached_property
    def _foreign(self) -> np.ndarray:
        """A mask of the labels that are not ours."""
        return np.array([is_outside(label) for label in self.labels])

    def _learn(self, features: sparse.csr_matrix, target: np.ndarray) -> Shares:
        return Shares.learn(features, target, len(self.labels), self.shape.smoothing, self._foreign)

    def _calibrate(self, features: sparse.csr_matrix, target: np.ndarray, groups: np.ndarray) -> dict[str, Calibration]:
        """The temperatures, and the weights of the outside scores, under which held-out sentences are likeliest."""
        if int(np.bincount(target).min()) < self.shape.folds:
            return {POLISH: Calibration()}
        train, held = next(StratifiedKFold(self.shape.folds, shuffle=True, random_state=7).split(np.zeros(len(target)), target))
        shares = self._learn(features[train], target[train])
        found = {}
        for group in np.unique(groups[held]):
            chosen = held[groups[held] == group]
            if len(chosen) >= FEWEST_HELD or group == POLISH:
                found[str(group)] = self._fitted_to(shares, features[chosen], target[chosen])
        return found

    def _fitted_to(self, shares: Shares, features: sparse.csr_matrix, target: np.ndarray) -> Calibration:
        scores = shares.scores(features)
        steps = np.geomspace(0.2, 10.0, 60)
        losses = [-np.mean(_log_softmax(scores / step)[np.arange(len(target)), target]) for step in steps]
        temperature = float(steps[int(np.argmin(losses))])
        outside = self._foreign[target]
        if shares.gate is None or not outside.any() or outside.all():
            return Calibration(temperature)
        return Calibration(temperature, OutsideScore.fit(evidence_of(scores, shares.odds(features), self._foreign), outside.tolist()))

    def _calibration(self, text: str) -> Calibration:
        return self.calibrated.get(_group(text)) or self.calibrated[POLISH]

    def _features(self, texts: Sequence[str], *, learn: bool = False) -> sparse.csr_matrix:
        parts = []
        for block in self._fitted:
            views = [block.view(text) for text in texts]
            parts.append((block.vectorizer.fit_transform(views) if learn else block.vectorizer.transform(views)) * block.weight)
        return sparse.hstack(parts, format="csr", dtype=np.float32)

    def probabilities(self, texts: Sequence[str]) -> np.ndarray:
        """``(len(texts), len(labels))``, calibrated."""
        assert self._shares is not None
        scores = self._shares.scores(self._features(texts))
        temperatures = np.array([[self._calibration(text).temperature] for text in texts])
        return np.exp(_log_softmax(self._mixed(scores, texts) / temperatures))

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
        scores, odds = self._scores(text)
        calibration = self._calibration(text)
        chances = np.exp(_log_softmax(self._mixed(scores[None, :], [text]) / calibration.temperature))[0]
        best = _best(chances, limit)
        outside = None
        if calibration.outside is not None:
            outside = float(calibration.outside(evidence_of(scores[None, :], np.array([odds]), self._foreign))[0])
        return Ranking([(self.labels[place], float(chances[place])) for place in best], outside)

    def _scores(self, text: str) -> tuple[np.ndarray, float]:
        """The same as for many sentences, and the log-odds of not being ours."""
        assert self._shares is not None
        places, values, start = [], [], 0
        for block in self._fitted:
            found, weights = _weighed(block, text)
            places.append(found + start)
            values.append(weights)
            start += len(block.vectorizer.vocabulary_)
        every, weighed = np.concatenate(places), np.concatenate(values)
        return self._shares.scores_of(every, weighed), self._shares.odds_of(every, weighed)

    def save(self, folder: Path) -> None:
        """Keep the model as numbers and JSON; nothing in it can run."""
        assert self._shares is not None
        views = {block.name: {"vocabulary": {word: int(place) for word, place in block.vectorizer.vocabulary_.items()}} for block in self._fitted}
        idf = {f"idf_{block.name}": block.vectorizer.idf_ for block in self._fitted}
        dense = {} if self._dense is None else {"dense_mean": self._dense.mean, "dense_weights": self._dense.weights, "dense_bias": self._dense.bias}
        np.savez_compressed(folder / "matcher.npz", **self._shares.arrays(), **idf, **dense)
        data = {"format": FORMAT, "labels": self.labels, "calibrated": {group: item.as_data() for group, item in self.calibrated.items()},
                "listed": self.listed, "shape": vars(self.shape), "views": views}  # fmt: skip
        (folder / "matcher.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Matcher:
        """A kept model. Raises ValueError when it is of another format."""
        data = json.loads((folder / "matcher.json").read_text(encoding="utf-8"))
        if data.get("format") != FORMAT:
            raise ValueError("the model is of another format; train it again")
        arrays = np.load(folder / "matcher.npz", allow_pickle=False)
        found = cls(Shape(**data["shape"]), data["labels"], {group: Calibration.of_data(item) for group, item in data["calibrated"].items()}, data["listed"])
        found._fitted = _blocks(found.shape)
        for block in found._fitted:
            block.vectorizer.vocabulary_ = data["views"][block.name]["vocabulary"]
            block.vectorizer.idf_ = arrays[f"idf_{block.name}"]
        found._shares = Shares.of_arrays(arrays)
        if found.shape.encoder != "none":
            found._dense = DenseOpinion(found.shape.encoder, arrays["dense_mean"], arrays["dense_weights"], arrays["dense_bias"])
        return found


def _weighed(block: _Block, text: str) -> tuple[np.ndarray, np.ndarray]:
    """The features of one text in a block: their columns and their TF-IDF values, as scikit-learn computes them."""
    if block.analyse is None or block.idf is None:
        block.analyse, block.idf = block.vectorizer.build_analyzer(), np.asarray(block.vectorizer.idf_)
    vocabulary = block.vectorizer.vocabulary_
    counts = Counter(place for gram in block.analyse(block.view(text)) if (place := vocabulary.get(gram)) is not None)
    places = np.fromiter(counts.keys(), dtype=np.int64, count=len(counts))
    values = (1.0 + np.log(np.fromiter(counts.values(), dtype=np.float32, count=len(counts)))) * block.idf[places]
    norm = float(np.sqrt(values @ values)) or 1.0
    return places, (values * (block.weight / norm)).astype(np.float32)


def _best(chances: np.ndarray, limit: int) -> np.ndarray:
    """The places of the greatest, best first; of thousands only those are sorted."""
    chosen = np.argpartition(-chances, limit - 1)[:limit] if len(chances) > limit else np.arange(len(chances))
    return chosen[np.argsort(-chances[chosen], kind="stable")]


def _log_softmax(scores: np.ndarray) -> np.ndarray:
    shifted = scores - scores.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
