"""What a message means: the decision between answering, asking and saying honestly that this is not ours.

A ranking comes from the engine; names (forms, terms, offices, commands, pasted messages) from the Finder. The decision
is a pure function of both, with the client's profile, page and open matter as a prior and never as a wall.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Optional

import msgspec

from bot.cases.finder import Finder, Found
from bot.cases.knowledge import Knowledge
from bot.cases.model import understanding_kind
from bot.text.normalise import clean

OUT_OF_SCOPE = "out_of_scope"
OUTSIDE = "outside_"
"""Intents that are not ours begin like this; what follows names the rightful addressee."""
COMMAND = "command_"
ADDRESSEE = "addressee"
"""The kind of the entity that names who deals with what is not ours."""
ANSWER_FROM = 0.34
"""Probability from which the best matter is opened without asking (chosen on held-out sentences: docs/understanding.md)."""
CLEAR_LEAD = 0.24
"""Or this much, when the second is at most a third of it."""
ASK_FROM = 0.06
"""A matter below this is not worth asking about."""
OUT_FROM = 0.5
COMMAND_FROM = 0.75
"""A command that is not listed word for word changes the course of the talk, so it has to be surer than a matter."""
PROFILE_PRIOR = 0.55
PAGE_PRIOR = 1.8
MOST_CANDIDATES = 4
LISTED = 10


class Correction(msgspec.Struct, frozen=True):
    """A word that spelling changed before understanding."""

    written: str = msgspec.field(name="from")
    read: str = msgspec.field(name="to")


class Ranked(msgspec.Struct, frozen=True):
    """A matter with its calibrated probability."""

    id: str
    confidence: float


class Heard(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the engine heard in a text: the ranking of intents, best first, and the spelling it corrected."""

    text: str
    ranking: tuple[Ranked, ...] = ()
    corrections: tuple[Correction, ...] = ()
    outside: Optional[float] = None
    """The engine's own score that this is not for us; None when it has none."""
    parts: tuple[Heard, ...] = ()
    """The same for each clause, when the text has several."""


class Alternative(msgspec.Struct, frozen=True):
    """Another thing the message may mean."""

    kind: str
    id: str
    confidence: float


class Understanding(msgspec.Struct, frozen=True):
    """One message understood; the JSON shape is fixed by the API."""

    text: str
    kind: str
    id: Optional[str] = None
    confidence: float = 0.0
    alternatives: tuple[Alternative, ...] = ()
    corrections: tuple[Correction, ...] = ()
    entities: tuple[dict, ...] = ()


@dataclass(frozen=True)
class Setting:
    """What is known of the client before they write: profile, page and the matter that is open."""

    profile: str | None = None
    page: str | None = None
    open_entry: str | None = None


def decide(heard: Heard, knowledge: Knowledge, finder: Finder, setting: Setting = Setting()) -> Understanding:
    """Choose between answering, asking and refusing."""
    text = clean(heard.text)
    ranked = weigh(heard.ranking, knowledge, setting)
    entities = _entities(finder, text)
    known = tuple(_entity_out(knowledge, found) for found in entities)
    found = _decide(text, heard, ranked, entities, knowledge, finder)
    to_whom = addressee(heard) if found.kind == "out_of_scope" else None
    if to_whom:
        known = (*known, {"kind": ADDRESSEE, "value": to_whom.removeprefix(OUTSIDE)})
    return msgspec.structs.replace(found, text=text, corrections=heard.corrections, entities=known)


def _decide(
    text: str, heard: Heard, ranked: tuple[Alternative, ...], entities: list[Found], knowledge: Knowledge, finder: Finder
) -> Understanding:
    if not any(char.isalnum() for char in text):
        return Understanding("", "unclear", alternatives=_candidates(ranked))
    command = finder.command(text)
    if command:
        return Understanding("", "command", command, 1.0, ranked[:LISTED])
    pasted = finder.pasted(text)
    if len(pasted) == 1:
        return Understanding("", "platnik", pasted[0], 0.95, _without(ranked, pasted[0]))
    if pasted and not set(pasted) & {item.id for item in ranked[:1]}:
        return Understanding("", "unclear", None, 0.5, tuple(Alternative("platnik", name, 0.5) for name in pasted[:MOST_CANDIDATES]))
    return _by_name(entities, ranked, knowledge) or _by_rank(heard, ranked)


def weigh(ranking: Sequence[Ranked], knowledge: Knowledge, setting: Setting) -> tuple[Alternative, ...]:
    """The matters of a ranking with the prior of profile and page, renormalised, best first."""
    weighted: list[tuple[float, str, str]] = []
    rest = 0.0
    for item in ranking:
        entry = knowledge.entry(item.id)
        if entry is None:
            rest += item.confidence
            continue
        weight = item.confidence
        if setting.profile and setting.profile not in entry.profiles and "ogolny" not in entry.profiles:
            weight *= PROFILE_PRIOR
        if setting.page and entry.id in setting.page:
            weight *= PAGE_PRIOR
        weighted.append((weight, understanding_kind(entry), entry.id))
    before = sum(item.confidence for item in ranking) - rest
    after = sum(weight for weight, _, _ in weighted)
    scale = before / after if after else 1.0
    best: dict[str, Alternative] = {}
    for weight, kind, name in sorted(weighted, key=lambda item: -item[0]):
        best.setdefault(name, Alternative(kind, name, round(min(1.0, weight * scale), 4)))
    return tuple(best.values())


def _entities(finder: Finder, text: str) -> list[Found]:
    return [found for found in (finder.form(text), finder.term(text), finder.office(text)) if found]


def _entity_out(knowledge: Knowledge, found: Found) -> dict:
    names = [knowledge.forms[name].symbol if found.kind == "form" else name for name in found.ids]
    return {"kind": found.kind, "value": names[0], "candidates": names, "typed": found.typed}


def _by_name(entities: list[Found], ranked: tuple[Alternative, ...], knowledge: Knowledge) -> Understanding | None:
    """A form, term or office that the message is about. Asked what it is: itself; asked how to do something: not."""
    for found in entities:
        if not (found.alone or (found.asked and found.kind != "office")):
            continue
        ids = [knowledge.forms[name].symbol if found.kind == "form" else name for name in found.ids]
        if found.kind != "office" and len(ids) > 1:
            return Understanding("", "unclear", None, 0.5, tuple(Alternative(found.kind, name, 0.5) for name in ids[:MOST_CANDIDATES]))
        also = tuple(Alternative(found.kind, name, 0.5) for name in ids[1:])
        return Understanding("", found.kind, ids[0], 0.95, (*also, *ranked)[:LISTED])
    return None


def _by_rank(heard: Heard, ranked: tuple[Alternative, ...]) -> Understanding:
    top = heard.ranking[0] if heard.ranking else None
    if top and top.id.startswith(COMMAND) and top.confidence >= COMMAND_FROM:
        return Understanding("", "command", top.id.removeprefix(COMMAND), top.confidence, ranked[:LISTED])
    outside = outside_chance(heard)
    best = ranked[0] if ranked else None
    if outside >= OUT_FROM and (best is None or outside > best.confidence):
        return Understanding("", "out_of_scope", None, round(outside, 4), ranked[:LISTED])
    if best is None:
        return Understanding("", "unclear", None, round(outside, 4))
    second = ranked[1].confidence if len(ranked) > 1 else 0.0
    if best.confidence >= ANSWER_FROM or (best.confidence >= CLEAR_LEAD and second <= best.confidence / 3):
        return Understanding("", best.kind, best.id, best.confidence, ranked[1 : LISTED + 1])
    return Understanding("", "unclear", None, best.confidence, _candidates(ranked))


def is_outside(intent: str) -> bool:
    """Whether an intent is not ours."""
    return intent == OUT_OF_SCOPE or intent.startswith(OUTSIDE)


def outside_chance(heard: Heard) -> float:
    """How likely a text is not for us: the engine's own score, or what its ranking says of it."""
    return heard.outside if heard.outside is not None else sum(item.confidence for item in heard.ranking if is_outside(item.id))


def addressee(heard: Heard) -> str | None:
    """Who is the right one for a text that is not for us: the likeliest of the outside intents, if any stands out."""
    others = [item for item in heard.ranking if item.id.startswith(OUTSIDE)]
    return others[0].id if others and others[0].confidence >= ASK_FROM else None


def _candidates(ranked: tuple[Alternative, ...]) -> tuple[Alternative, ...]:
    """Two to four matters to ask about; none at all rather than noise."""
    near = [item for item in ranked[:MOST_CANDIDATES] if item.confidence >= ASK_FROM]
    return tuple(near) if len(near) >= 2 else tuple(ranked[:3])


def _without(ranked: tuple[Alternative, ...], name: str) -> tuple[Alternative, ...]:
    return tuple(item for item in ranked if item.id != name)[:LISTED]
