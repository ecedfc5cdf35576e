"""A place in the consultant's guide as its address: the matter, the client's answers and the steps marked as done.

Nothing of a client is kept on the server: what is not in the address is forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from aiohttp import web

from bot.cases.model import Case, Guide
from bot.cases.walk import CHECK, Position, step_id
from bot.web.pages.addresses import ANSWER, answers_query, walk_path
from bot.web.pages.route import answers_in

START = "/obsluga/przewodnik"
DONE = "z."
"""Prefix of the query parameters that mark steps as done, by step id."""


def guide_path(entry: Guide) -> str:
    """The guide through a matter, from its beginning."""
    return f"{START}/{entry.id}"


@dataclass(frozen=True)
class Spot:
    """Where a consultant is in a matter."""

    entry: Guide
    answers: Mapping[str, str]
    """By question id (``check:<cause>`` for the check of a remedy), also those that are not in force."""
    done: tuple[str, ...] = ()
    """Ids of the steps marked as done."""

    @property
    def address(self) -> str:
        """The address of this place."""
        query = urlencode(list(self.fields()))
        return f"{guide_path(self.entry)}?{query}" if query else guide_path(self.entry)

    def fields(self, leaving_out: str | None = None) -> Iterator[tuple[str, str]]:
        """The query as pairs, for a form that gives the answer of the question left out."""
        yield from ((ANSWER + name, answer) for name, answer in self.answers.items() if name != leaving_out)
        yield from ((DONE + name, "1") for name in self.done)

    def answering(self, question: str, answer: str) -> str:
        """The address with one answer given or changed; the others stay."""
        return replace(self, answers={**self.answers, question: answer}).address

    def without(self, question: str) -> str:
        """The address on which the question is asked again; the other answers stay."""
        return replace(self, answers={name: answer for name, answer in self.answers.items() if name != question}).address

    def turned(self, step: str) -> str:
        """The address with a step marked as done, or no longer marked."""
        others = tuple(name for name in self.done if name != step)
        return replace(self, done=others if step in self.done else (*self.done, step)).address

    def for_client(self, place: Position, base: str) -> str:
        """The address of the same place in the portal, with the answers in force; ``base`` is the service's address."""
        return base + walk_path(self.entry) + answers_query({item.id: item.answer for item in place.asked if item.answer})


def spot_of(entry: Guide, request: web.Request) -> Spot:
    """The place that an address names; what the matter does not know is dropped."""
    answers = {name: answer for name, answer in answers_in(request).items() if name in entry.questions or name in _checks(entry)}
    asked = [key.removeprefix(DONE) for key in request.query if key.startswith(DONE)]
    steps = _steps(entry)
    return Spot(entry, answers, tuple(name for name in dict.fromkeys(asked) if name in steps))


def _checks(entry: Guide) -> frozenset[str]:
    return frozenset([CHECK + entry.id] if isinstance(entry, Case) else (CHECK + name for name in entry.causes))


def _steps(entry: Guide) -> frozenset[str]:
    if isinstance(entry, Case):
        return frozenset(step.id for step in entry.steps)
    return frozenset(step_id(act, index, name) for name, cause in entry.causes.items() for index, act in enumerate(cause.remedy))
