"""Which earlier answer a client corrects, in their own words: "a jednak nie studiuje", "od 5 grudnia"."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bot.cases.answers import match_answer, overlap_with, spoken_forms
from bot.cases.model import Guide, Question
from bot.cases.walk import Asked
from bot.text.lemmas import STOP, content, lemmas

FROM = 0.4
"""Fit from which an answer is taken for the corrected one."""
CLOSE = 0.12
"""Answers that fit nearly as well as the best are asked about."""
DATED = 0.7
"""Fit of a date or a number, which says nothing of which question it belongs to."""
WORD_FOR_WORD = 0.95
AGAINST = 0.7
"""What is left of the fit of a "yes" to words that deny, or of a "no" to words that do not."""


@dataclass(frozen=True)
class Correction:
    """An earlier answer and what it may become; ``fit`` from 0 to 1."""

    question: str
    answer: str
    fit: float


def corrections(entry: Guide, asked: Iterable[Asked], text: str, today: date) -> list[Correction]:
    """What the words may correct, likeliest first; several only when they fit about alike, none when nothing fits."""
    found = []
    for item in asked:
        if item.answer is None or item.id not in entry.questions:
            continue
        fits = _fits(entry.questions[item.id], text, today)
        likeliest = max((fit for _, fit in fits), default=0.0)
        if likeliest >= FROM and all(answer != item.answer or fit < likeliest for answer, fit in fits):
            found += [Correction(item.id, answer, fit) for answer, fit in fits if likeliest - fit < CLOSE and answer != item.answer]
    found.sort(key=lambda item: -item.fit)
    return [item for item in found if found[0].fit - item.fit < CLOSE]


def _fits(question: Question, text: str, today: date) -> list[tuple[str, float]]:
    if question.kind != "choice":
        value = match_answer(question, text, today).value
        return [(value, DATED)] if value is not None else []
    wanted = "nie" if _denies(text) else "tak"
    found = []
    for name, answer in question.answers.items():
        if answer.help is not None:
            continue
        fit = overlap_with(text, spoken_forms(answer))
        if name == wanted:
            fit = max(fit, _topic(question, text, denied=wanted == "nie"))
        elif name in ("tak", "nie") and fit < WORD_FOR_WORD:
            fit *= AGAINST
        found.append((name, fit))
    return found


def _denies(text: str) -> bool:
    """Whether the first thing said is denied: "nie studiuje", "umowy nie ma"; not "studiuje i nie ma 26 lat"."""
    said = lemmas(text)
    if "nie" not in said:
        return False
    telling = [word for word in said if word not in STOP]
    return len(telling) <= 1 or said.index("nie") < said.index(telling[0])


def _topic(question: Question, text: str, *, denied: bool) -> float:
    """How much of what was said is what the question asks about, from 0 to 1; a denial may also deny what "tak" says."""
    said = set(content(text)) - {"nie"}
    agreed = spoken_forms(question.answers["tak"]) if denied and "tak" in question.answers else ()
    about = set(content(" ".join([question.ask, question.short or "", *agreed])))
    return len(said & about) / len(said) if said else 0.0
