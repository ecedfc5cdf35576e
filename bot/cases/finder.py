"""Names found in a message: form symbols however typed, terms, offices by city, commands, and pasted Płatnik messages."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from bot.cases.knowledge import Knowledge, form_slug
from bot.cases.messages import Messages
from bot.cases.model import Problem
from bot.text.distance import NearWords
from bot.text.lemmas import STOP, content, inflections, is_word, lemmas
from bot.text.normalise import fold, normalise, slug, words

_ASKS_WHAT = re.compile(
    r"^(?:a |i )?(?:co to(?: jest| sa| znaczy| za)?|czym jest|czym sa|co oznacza|co znaczy|definicja|wyjasnij(?: mi)?|"
    r"co rozumie sie przez|znaczenie|pojecie)\b(?P<after>.*)|(?P<before>.*?)[ ,-]*(?:co to(?: jest| znaczy| takiego)?|to co)\??$"
)
_ABOUT_FORMS = frozenset(
    ["druk", "druczek", "formularz", "wzor", "wniosek", "pobrac", "skad", "gdzie", "znalezc", "sluzyc", "czego", "po", "co", "jest", "kto", "skladac", "wypelniac", "symbol", "deklaracja", "raport", "dokument", "potrzebowac", "szukac", "zus", "potrzebny", "jaki", "oznaczac", "znaczyc", "plik", "pdf", "moc", "dostac"]
)
_ABOUT_OFFICES = frozenset(
    ["zus", "oddzial", "placowka", "inspektorat", "biuro", "urzad", "adres", "gdzie", "byc", "znajdowac", "siedziba", "ulica", "terenowy", "telefon", "godzina", "otwarcie", "miec", "jaki", "najblizszy", "czynny", "numer", "kontakt", "dojsc", "otworzyc", "dojechac", "miescic"]
)


@dataclass(frozen=True)
class Found:
    """A name in the message. ``alone``: nothing else of substance was said; ``asked``: it was asked what it is."""

    kind: str
    ids: tuple[str, ...]
    alone: bool = False
    asked: bool = False
    typed: str = ""


class Finder:
    """Look-ups over one Knowledge; built once, answers in microseconds."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge

    def asks_what(self, text: str) -> str | None:
        """What is asked about in "co to jest X"; None when the message asks no such thing."""
        match = _ASKS_WHAT.match(fold(normalise(text)).strip(" ?!.,"))
        if match is None:
            return None
        return ((match["after"] or "") + (match["before"] or "")).strip(" ?!.,\"'") or None

    @cached_property
    def _symbols(self) -> dict[str, set[str]]:
        names: dict[str, set[str]] = defaultdict(set)
        for name, form in self.knowledge.forms.items():
            for written in (form.symbol, *form.aliases):
                key = "".join(words(fold(written)))
                bare = key[3:] if key.startswith("zus") and len(key) > 4 else key
                symbolic = written == form.symbol or not any(len(word) > 3 and is_word(word) for word in words(written.lower()))
                if symbolic:
                    names[bare].add(name)
                    names["zus" + bare].add(name)
        return names

    @cached_property
    def _near_symbols(self) -> NearWords:
        return NearWords(key for key in self._symbols if len(key) >= 4)

    def form(self, text: str) -> Found | None:
        """A form named by its symbol. Several ids: one slip away from more than one symbol, or an ambiguous symbol."""
        said = words(fold(normalise(text)))
        best: tuple[int, int, int, tuple[str, ...]] | None = None
        for size in (4, 3, 2, 1):
            for start in range(len(said) - size + 1):
                ids, slips = self._symbol("".join(said[start : start + size]), said[start : start + size])
                if ids and (best is None or slips < best[0]):
                    best = (slips, start, size, ids)
            if best and best[0] == 0:
                break
        if best is None:
            return None
        _, start, size, ids = best
        rest = said[:start] + said[start + size :]
        left = [word for word in content(" ".join(rest)) if word not in _ABOUT_FORMS] if rest else []
        return Found("form", ids, alone=not left, asked=self.asks_what(text) is not None, typed=" ".join(said[start : start + size]))

    def _symbol(self, key: str, parts: list[str]) -> tuple[tuple[str, ...], int]:
        exact = self._symbols.get(key)
        if exact:
            plain_word = len(parts) == 1 and key.isalpha() and len(key) > 3 and is_word(key)
            return ((), 9) if plain_word else (tuple(sorted(exact)), 0)
        spelled = len(parts) == 1 and is_word(parts[0])
        if len(key) < 5 or spelled or (len(parts) > 1 and parts[0] != "zus" and not any(part.isdigit() for part in parts)):
            return (), 9
        found = {name for word in self._near_symbols.nearest(key) for name in self._symbols[word]}
        if key.startswith("zus"):
            found = {name for name in found if name.startswith("zus_")} or found
        return tuple(sorted(found)), 1

    @cached_property
    def _terms(self) -> dict[str, str]:
        names: dict[str, str] = {}
        for name, term in self.knowledge.terms.items():
            for written in (term.term, *term.aliases):
                names.setdefault(" ".join(sorted(lemmas(written))), name)
                names.setdefault(" ".join(sorted(words(fold(written)))), name)
        return names

    @cached_property
    def _near_terms(self) -> NearWords:
        return NearWords(key for key in self._terms if len(key) >= 6)

    def term(self, text: str) -> Found | None:
        """A term of the glossary that the message is about: asked what it is, or named alone."""
        asked = self.asks_what(text)
        subject = asked if asked is not None else fold(normalise(text)).strip(" ?!.,")
        for source in (normalise(text), subject) if asked is None else (self._subject_with_letters(text, asked), asked):
            for key in (" ".join(sorted(lemmas(source))), " ".join(sorted(words(fold(source))))):
                name = self._terms.get(key)
                if name is None and asked is not None and len(key) >= 6:
                    near = {self._terms[word] for word in self._near_terms.nearest(key, 1 if len(key) < 10 else 2)}
                    name = near.pop() if len(near) == 1 else None
                if name:
                    return Found("term", (name,), alone=True, asked=asked is not None, typed=subject)
        return None

    def _subject_with_letters(self, text: str, folded: str) -> str:
        """The asked-about words as typed, with their Polish letters."""
        typed = normalise(text)
        place = fold(typed).find(folded)
        return typed[place : place + len(folded)] if place >= 0 and len(fold(typed)) == len(typed) else folded

    @cached_property
    def _cities(self) -> dict[str, set[str]]:
        cities: dict[str, set[str]] = defaultdict(set)
        for name, office in self.knowledge.offices.items():
            for city in (office.city, *office.serves):
                cities[" ".join(lemmas(city))].add(name)
                cities[" ".join(words(fold(city)))].add(name)
        return cities

    @cached_property
    def _city_forms(self) -> dict[str, str]:
        """Every inflected form of a one-word city, folded, with the city's key; for mistyped names."""
        one_word = [city for office in self.knowledge.offices.values() for city in (office.city, *office.serves) if " " not in city]
        return {form: " ".join(words(fold(city))) for city in one_word for form in (fold(city), *inflections(city))}

    @cached_property
    def _near_cities(self) -> NearWords:
        return NearWords(form for form in self._city_forms if len(form) >= 5)

    def office(self, text: str) -> Found | None:
        """Offices of a city named in any form; its own offices first, then those that serve it."""
        names, typed = lemmas(text), words(normalise(text))
        plain = [fold(word) for word in typed]
        for size in (3, 2, 1):
            for start in range(len(names) - size + 1):
                for source in (names, plain):
                    key = " ".join(source[start : start + size])
                    if key in self._cities:
                        return self._office_found(key, names[:start] + names[start + size :])
        for start, word in enumerate(plain):
            if len(word) < 5 or names[start] in _ABOUT_OFFICES or is_word(typed[start]):
                continue
            near = {self._city_forms[form] for form in self._near_cities.nearest(word)}
            if len(near) == 1:
                return self._office_found(near.pop(), names[:start] + names[start + 1 :])
        return None

    def _office_found(self, city: str, rest: list[str]) -> Found:
        ids = self._cities[city]
        own = [name for name in ids if " ".join(words(fold(self.knowledge.offices[name].city))) == city or slug(self.knowledge.offices[name].city) == slug(city)]
        ordered = tuple(sorted(own) + sorted(name for name in ids if name not in own))
        left = [word for word in rest if word not in STOP and word not in _ABOUT_OFFICES]
        return Found("office", ordered, alone=not left, typed=city)

    @cached_property
    def _commands(self) -> dict[str, str]:
        return {
            fold(normalise(phrase)): key.removeprefix("command_")
            for key, wordings in self.knowledge.phrases.items()
            if key.startswith("command_")
            for phrase in wordings
        }

    def command(self, text: str) -> str | None:
        """The command that the whole message is, by its listed wordings."""
        return self._commands.get(fold(normalise(text)).strip(" ?!.,:;)("))

    @cached_property
    def _code_words(self) -> frozenset[str]:
        return frozenset(fold(normalise(phrase)) for phrase in self.knowledge.phrases.get("said_code", ()))

    def asks_for_code(self, text: str) -> bool:
        """Whether the whole message asks for a code to go on elsewhere, by its listed wordings."""
        return fold(normalise(text)).strip(" ?!.,:;)(") in self._code_words

    @cached_property
    def _messages(self) -> Messages:
        return Messages(entry for entry in self.knowledge.entries.values() if isinstance(entry, Problem))

    def pasted(self, text: str) -> tuple[str, ...]:
        """The Płatnik problems whose message is quoted in the text; see ``bot.cases.messages``."""
        return self._messages.find(text)


def form_symbol(knowledge: Knowledge, name: str) -> str:
    """The symbol of a form by its slug."""
    return knowledge.forms[form_slug(name)].symbol
