"""Scores over understood sentences: accuracy by slice, out-of-scope recall and false alarms, calibration, confusions, time."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from bot.cases.knowledge import Knowledge
from bot.dialogue.understanding import Understanding
from bot.measure.sentences import OUTSIDE, Sentence

BINS = 10
"""Bins of confidence for calibration."""
Understand = Callable[[str], Understanding]


@dataclass(frozen=True)
class Outcome:
    """One sentence as it was understood."""

    sentence: Sentence
    wanted: str
    found: tuple[str, ...]
    """The answer and the ranking below it, best first; empty places of "unclear" are left out."""
    kind: str
    confidence: float
    seconds: float

    @property
    def first(self) -> bool:
        """Whether the answer was right."""
        return self.kind not in ("unclear",) and self.found[:1] == (self.wanted,)

    @property
    def third(self) -> bool:
        """Whether the right one was among the first three."""
        return self.wanted in self.found[:3]

    @property
    def likeliest(self) -> bool:
        """Whether the likeliest was the right one, also where it was asked about instead of being answered."""
        return self.found[:1] == (self.wanted,)


def understood(sentences: Iterable[Sentence], understand: Understand, knowledge: Knowledge) -> list[Outcome]:
    """Understand every sentence."""
    return [_outcome(sentence, understand, knowledge) for sentence in sentences]


def _outcome(sentence: Sentence, understand: Understand, knowledge: Knowledge) -> Outcome:
    started = perf_counter()
    found = understand(sentence.text)
    seconds = perf_counter() - started
    answer = OUTSIDE if found.kind == OUTSIDE else found.id
    ranked = [*([answer] if answer else []), *(item.id for item in found.alternatives)]
    return Outcome(sentence, knowledge.aliases.get(sentence.intent, sentence.intent), tuple(ranked), found.kind, found.confidence, seconds)


def slices(outcomes: Sequence[Outcome], knowledge: Knowledge) -> dict[str, dict[str, float]]:
    """``{slice: {total, first, third, likeliest}}`` for everything, by kind, profile and style."""
    groups: dict[str, list[Outcome]] = defaultdict(list)
    for item in outcomes:
        if item.wanted == OUTSIDE:
            continue
        entry = knowledge.entry(item.wanted)
        for key in ("wszystko", f"rodzaj {entry.kind if entry else '–'}", f"profil {entry.profiles[0] if entry else '–'}", f"styl {item.sentence.style}"):
            groups[key].append(item)
    return {key: accuracy(groups[key]) for key in sorted(groups)}


def accuracy(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """Shares of right answers; zeros for none."""
    total = len(outcomes) or 1
    return {
        "total": len(outcomes),
        "first": sum(item.first for item in outcomes) / total,
        "third": sum(item.third for item in outcomes) / total,
        "likeliest": sum(item.likeliest for item in outcomes) / total,
    }


def scope(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """How much of what is not ours was refused (recall), and how many good questions were (false alarms)."""
    outside = [item for item in outcomes if item.wanted == OUTSIDE]
    ours = [item for item in outcomes if item.wanted != OUTSIDE]
    return {
        "outside": len(outside),
        "recall": sum(item.kind == OUTSIDE for item in outside) / (len(outside) or 1),
        "answered": sum(item.kind not in (OUTSIDE, "unclear") for item in outside) / (len(outside) or 1),
        "false_alarms": sum(item.kind == OUTSIDE for item in ours) / (len(ours) or 1),
    }


def calibration(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Expected calibration error over answered sentences of ours, and the bins behind it."""
    answered = [item for item in outcomes if item.wanted != OUTSIDE and item.kind not in (OUTSIDE, "unclear", "command")]
    groups: dict[int, list[Outcome]] = defaultdict(list)
    for item in answered:
        groups[min(BINS - 1, int(item.confidence * BINS))].append(item)
    bins = [
        {"from": place / BINS, "count": len(group), "confidence": sum(item.confidence for item in group) / len(group), "right": sum(item.first for item in group) / len(group)}
        for place, group in sorted(groups.items())
    ]
    error = sum(row["count"] * abs(row["confidence"] - row["right"]) for row in bins) / (len(answered) or 1)
    return {"error": error, "bins": bins}


def confusions(outcomes: Sequence[Outcome], limit: int = 30) -> list[dict[str, Any]]:
    """The pairs that are taken for one another most, with the sentences."""
    pairs: Counter[tuple[str, str]] = Counter()
    texts: dict[tuple[str, str], list[str]] = defaultdict(list)
    for item in outcomes:
        if not item.likeliest:
            pair = (item.wanted, item.found[0] if item.found else "–")
            pairs[pair] += 1
            texts[pair].append(item.sentence.text)
    return [{"wanted": pair[0], "found": pair[1], "count": count, "sentences": texts[pair]} for pair, count in pairs.most_common(limit)]


def milliseconds(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """The middle and the slow end of the time one message takes."""
    spent = sorted(item.seconds * 1000 for item in outcomes) or [0.0]
    return {"p50": spent[len(spent) // 2], "p99": spent[min(len(spent) - 1, int(len(spent) * 0.99))]}


def measure(outcomes: Sequence[Outcome], knowledge: Knowledge) -> dict[str, Any]:
    """Everything of one model as plain data."""
    polish = [item for item in outcomes if item.sentence.language == "pl"]
    foreign = [item for item in outcomes if item.sentence.language != "pl"]
    return {
        "slices": slices(polish, knowledge),
        "languages": {name: accuracy([item for item in foreign if item.sentence.language == name and item.wanted != OUTSIDE]) for name in sorted({item.sentence.language for item in foreign})},
        "foreign_scope": scope(foreign),
        "scope": scope(polish),
        "calibration": calibration(polish),
        "confused": confusions(polish),
        "milliseconds": milliseconds(outcomes),
        "wrong": [as_row(item) for item in polish if not item.first],
    }


def as_row(item: Outcome) -> dict[str, Any]:
    """An outcome as plain data."""
    return {"text": item.sentence.text, "wanted": item.wanted, "found": list(item.found[:3]), "kind": item.kind, "confidence": round(item.confidence, 3)}
