"""Search over the whole knowledge: inflection and Polish letters fall away, slips are forgiven, results in their kinds."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from bot.cases.knowledge import Knowledge, form_slug
from bot.cases.model import understanding_kind
from bot.text.distance import NearWords
from bot.text.lemmas import content

TITLE, NAME, BODY = 3.0, 2.0, 1.0
SLIP = 0.6
"""Weight of a word found only after forgiving a slip."""
MAX_WORDS = 24


@dataclass(frozen=True)
class Hit:
    """One result."""

    kind: str
    id: str
    title: str
    text: str
    score: float


class Search:
    """An index over one Knowledge."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._documents: list[Hit] = []
        self._weights: dict[str, dict[int, float]] = defaultdict(dict)
        for entry in knowledge.entries.values():
            self._add(Hit(understanding_kind(entry), entry.id, entry.title, entry.summary, 0.0), (entry.title,), (entry.when, *entry.names), (entry.summary,))
        for form in knowledge.forms.values():
            self._add(Hit("form", form.symbol, f"{form.symbol} – {form.title}", form.purpose, 0.0), (form.symbol, form.title, form_slug(form.symbol).replace("_", "")), form.aliases, (form.purpose,))
        for name, term in knowledge.terms.items():
            self._add(Hit("term", name, term.term, term.definition, 0.0), (term.term,), term.aliases, (term.definition,))
        for name, office in knowledge.offices.items():
            self._add(Hit("office", name, office.name, office.city, 0.0), (office.name, office.city), (), office.serves)
        total = len(self._documents) or 1
        self._rarity = {word: math.log(1 + total / len(found)) for word, found in self._weights.items()}
        self._near = NearWords(word for word in self._weights if len(word) >= 4)

    def _add(self, hit: Hit, titles: Iterable[str], names: Iterable[str], bodies: Iterable[str]) -> None:
        place = len(self._documents)
        self._documents.append(hit)
        for weight, texts in ((BODY, bodies), (NAME, names), (TITLE, titles)):
            for text in texts:
                for word in content(text):
                    self._weights[word][place] = max(weight, self._weights[word].get(place, 0.0))

    def find(self, query: str, limit: int = 20) -> list[Hit]:
        """The best results; every word counts, rarer ones more."""
        asked = content(query)[:MAX_WORDS]
        scores: Counter[int] = Counter()
        matched: Counter[int] = Counter()
        for word in dict.fromkeys(asked):
            known, factor = ([word], 1.0) if word in self._weights else (self._slips(word), SLIP)
            best: dict[int, float] = {}
            for name in known:
                for place, weight in self._weights[name].items():
                    best[place] = max(best.get(place, 0.0), weight * self._rarity[name] * factor)
            scores.update(best)
            matched.update(best.keys())
        ranked = sorted(scores, key=lambda place: (-scores[place] * matched[place], self._documents[place].title))
        return [Hit(hit.kind, hit.id, hit.title, hit.text, round(scores[place], 3)) for place in ranked[:limit] for hit in (self._documents[place],)]

    def _slips(self, word: str) -> list[str]:
        return self._near.nearest(word, 2 if len(word) >= 8 else 1) if len(word) >= 4 else []
