"""An answer in the client's own words, mapped to an option of the question that was asked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from bot.cases.model import Answer, Question
from bot.text.dates import find_date
from bot.text.lemmas import content, lemmas
from bot.text.normalise import fold, normalise, words

SURE = 0.55
"""Overlap with an option from which it is taken without asking."""
MARGIN = 0.15
MAYBE = 0.34
SHORT = 5
"""Words of a text that is still a plain yes or no."""

_YES = frozenset(["tak", "jasne", "oczywiscie", "zgadza", "owszem", "pewnie", "potwierdzam", "dokladnie", "yes", "yhm", "mhm"])
_NO = frozenset(["nie", "nope", "skadze", "bynajmniej", "wcale", "zaden", "zadna", "zadnego"])
_UNSURE = re.compile(r"\b(nie wiem|nie mam pojecia|trudno powiedziec|nie pamietam|nie jestem pewn|skad mam wiedziec)")
_NUMBERS = {"zero": 0, "jeden": 1, "jedna": 1, "jedno": 1, "dwa": 2, "dwie": 2, "dwoje": 2, "trzy": 3, "cztery": 4, "piec": 5,
            "szesc": 6, "siedem": 7, "osiem": 8, "dziewiec": 9, "dziesiec": 10, "dwadziescia": 20}  # fmt: skip


@dataclass(frozen=True)
class Match:
    """What an answer means: ``value`` when it is certain, else the options it may mean (none: not an answer)."""

    value: str | None = None
    maybe: tuple[str, ...] = ()
    strength: float = 0.0


def match_answer(question: Question, text: str, today: date) -> Match:
    """Map a text to an answer of the question."""
    if question.kind == "date":
        day = find_date(text, today)
        return Match(day.isoformat(), strength=1.0) if day else Match()
    if question.kind == "number":
        number = _number(text)
        return Match(number, strength=1.0) if number is not None else Match()
    return _match_option(question, text)


def _number(text: str) -> str | None:
    match = re.search(r"\d+(?:[ \u00a0]\d{3})*(?:[.,]\d+)?", text)
    if match:
        return re.sub(r"[ \u00a0]", "", match.group()).replace(",", ".")
    found = [str(_NUMBERS[word]) for word in words(fold(normalise(text))) if word in _NUMBERS]
    return found[0] if len(found) == 1 else None


def _match_option(question: Question, text: str) -> Match:
    plain = fold(normalise(text))
    said = words(plain)
    if not said:
        return Match()
    exact = [name for name, answer in question.answers.items() if plain in {fold(normalise(item)) for item in spoken_forms(answer)} | {name}]
    if len(exact) == 1:
        return Match(exact[0], strength=1.0)
    if "nie_wiem" in question.answers and _UNSURE.search(plain):
        return Match("nie_wiem", strength=1.0)
    scores = {name: overlap_with(text, spoken_forms(answer)) for name, answer in question.answers.items() if name != "nie_wiem"}
    polarity = _polarity(said)
    for name in ("tak", "nie"):
        if name in scores and polarity == name:
            scores[name] = max(scores[name] + 0.3, 0.95 if len(said) <= 2 else 0.6)
            other = "nie" if name == "tak" else "tak"
            if other in scores:
                scores[other] -= 0.3
    ranked = sorted(scores, key=lambda name: -scores[name])
    best = ranked[0]
    second = scores[ranked[1]] if len(ranked) > 1 else 0.0
    if scores[best] >= SURE and scores[best] - second >= MARGIN:
        return Match(best, strength=scores[best])
    if scores[best] >= MAYBE:
        close = tuple(name for name in ranked if scores[best] - scores[name] < MARGIN and scores[name] >= MAYBE)
        return Match(maybe=close, strength=scores[best])
    return Match()


_OPENING = re.compile(r"^(tak|nie)\b[,–\s-]*", re.IGNORECASE)


def spoken_forms(answer: Answer) -> tuple[str, ...]:
    """The ways to say an option; a leading "Tak," or "Nie," of its label is left to the polarity of the answer."""
    bare = _OPENING.sub("", answer.label)
    return (answer.label, bare, *answer.say) if bare and bare != answer.label else (answer.label, *answer.say)


def yes_or_no(text: str) -> str | None:
    """``tak`` or ``nie`` when a short text opens with one of them; None otherwise."""
    said = words(fold(normalise(text)))
    return _polarity(said) if 0 < len(said) <= SHORT else None


def _polarity(said: list[str]) -> str | None:
    """``tak`` or ``nie`` when the answer opens with one; a colloquial "no" alone or before a verb means yes."""
    first = said[0]
    if first in _YES or (first == "no" and (len(said) == 1 or said[1] not in _NO)):
        return "tak"
    if first in _NO or (first == "no" and len(said) > 1 and said[1] in _NO):
        return "nie"
    return None


def overlap_with(text: str, phrases: tuple[str, ...]) -> float:
    """How well a text fits the best of some phrases, by shared words of content, from 0 to 1; a negation told apart."""
    said = set(content(text))
    negated = "nie" in lemmas(text)
    best = 0.0
    for phrase in phrases:
        wanted, phrase_negated = _content_of(phrase)
        common = len(said & wanted)
        if not common:
            continue
        score = common / len(wanted) * 0.6 + common / len(said) * 0.4
        best = max(best, score if negated == phrase_negated else score * 0.4)
    return best


@lru_cache(maxsize=20_000)
def _content_of(phrase: str) -> tuple[frozenset[str], bool]:
    return frozenset(content(phrase)), "nie" in lemmas(phrase)
