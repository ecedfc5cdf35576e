"""The knowledge as objects: cases, Płatnik problems and procedures, and what they are made of.

Field for field this is what an editor writes in YAML (``knowledge/README.md`` says it in prose); unknown fields are
errors. All objects are immutable and know nothing of files, conversations or HTTP.
"""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Any, Literal, Optional, Union

import msgspec

from bot.cases.conditions import ALWAYS, Condition, mentioned, parse_condition

Profile = Literal["ogolny", "platnik", "ubezpieczony", "swiadczeniobiorca", "lekarz", "ue"]
PROFILES: tuple[str, ...] = ("ogolny", "platnik", "ubezpieczony", "swiadczeniobiorca", "lekarz", "ue")
Status = Literal["draft", "review", "published"]
Law = Literal["kpa", "ordynacja", "kpc", "kc", "ue", "materialny"]
"""Which law's rule moves a last day that falls on a day off; see ``bot.cases.deadlines``."""


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The base of everything an editor writes: immutable, strict about unknown fields (``kw_only`` is not inherited)."""


class Link(Record, frozen=True, kw_only=True):
    """A page the client can open."""

    title: str
    url: str


class Related(Record, frozen=True, kw_only=True):
    """Reading that belongs beside a case and never inside its steps: guides, leaflets, acts of law."""

    title: str
    url: str
    kind: Literal["poradnik", "ulotka", "ustawa", "informacja"] = "informacja"


class Source(Record, frozen=True, kw_only=True):
    """Where a fact was read: a page (``url``, with the date of its text if known), or a plain note."""

    url: Optional[str] = None
    seen: Optional[Union[str, int]] = None
    note: Optional[str] = None
    act: Optional[str] = None
    via: Optional[str] = None


class Change(Record, frozen=True, kw_only=True):
    """What changed in an entry, for those who follow it (RSS)."""

    on: date
    what: str


class Deadline(Record, frozen=True, kw_only=True):
    """By when a step is due. ``text`` always says it in words; the other fields let us compute the date.

    With ``after`` (a date question) and one of days, weeks, months, years, working_days: so long after that day.
    With ``after`` and ``day_of_next_month``: that day of the month following the answered date.
    With ``before`` (a date question): no later than the day before it, less ``days``.
    With ``yearly`` ("MM-DD"): the next such day.
    ``law`` names the law whose day-off rule applies, and has to be there where a day is computed; ``materialny`` means
    that no rule moves the last day.
    """

    text: str
    after: Optional[str] = None
    before: Optional[str] = None
    days: Optional[int] = None
    weeks: Optional[int] = None
    months: Optional[int] = None
    years: Optional[int] = None
    working_days: Optional[int] = None
    day_of_next_month: Optional[int] = None
    yearly: Optional[str] = None
    law: Optional[Law] = None
    basis: Optional[str] = None
    """The provision that sets the deadline, as people cite it: ``art. 36 ust. 4 ustawy systemowej``."""

    @property
    def question(self) -> str | None:
        """The date question whose answer the deadline is counted from."""
        return self.after or self.before

    @property
    def computed(self) -> bool:
        """Whether it can become a date."""
        return bool(self.question or self.yearly)


class Collected(Record, frozen=True, kw_only=True):
    """Something people will need to know, asked only in this entry; shared ones are named by key."""

    id: str
    ask: str


class Conditional(Record, frozen=True, kw_only=True, dict=True):
    """Something that belongs only to some clients' routes."""

    condition: Optional[dict[str, Any]] = msgspec.field(default=None, name="if")

    @cached_property
    def when_true(self) -> Condition:
        """The parsed condition; always true when none is written."""
        return ALWAYS if self.condition is None else parse_condition(self.condition)


class Answer(Record, frozen=True, kw_only=True):
    """One possible answer of a question."""

    label: str
    say: tuple[str, ...] = ()
    help: Optional[str] = None
    goto: Optional[str] = None
    cause: Optional[str] = None
    people: bool = False


class Question(Conditional, frozen=True, kw_only=True):
    """A question whose answer changes the route (or dates a deadline)."""

    ask: str
    short: Optional[str] = None
    why: Optional[str] = None
    simple: Optional[str] = None
    kind: Literal["choice", "date", "number"] = "choice"
    hint: Optional[str] = None
    answers: dict[str, Answer] = {}


class Step(Conditional, frozen=True, kw_only=True):
    """One act of the client."""

    id: str
    title: str
    do: str
    why: Optional[str] = None
    simple: Optional[str] = None
    forms: tuple[str, ...] = ()
    attach: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    deadline: Optional[Deadline] = None
    late: Optional[str] = None
    caution: Optional[str] = None
    ask_there: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()


class Outcome(Conditional, frozen=True, kw_only=True):
    """What happens when the client has done their part, and by when."""

    text: str


class Caution(Conditional, frozen=True, kw_only=True):
    """A warning for the whole matter, shown before the first step."""

    text: str


class Entry(Record, frozen=True, kw_only=True):
    """What cases, problems and procedures have in common."""

    id: str
    title: str
    when: str
    summary: str
    profiles: tuple[Profile, ...]
    topic: str
    owner: str
    verified_on: date
    review_by: date
    sources: tuple[Source, ...]
    status: Status = "review"
    reviewed_by: Optional[str] = None
    valid_from: Optional[date] = None
    valid_to: Optional[date] = None
    aliases: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    urgent: Optional[str] = None
    questions: dict[str, Question] = {}
    next: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    related: tuple[Related, ...] = ()
    legal_basis: tuple[str, ...] = ()
    to_check: tuple[str, ...] = ()
    """Notes for the reviewer: what is not confirmed. Never shown to a client."""
    collect: tuple[Union[str, Collected], ...] = ()
    changed: tuple[Change, ...] = ()


class Case(Entry, frozen=True, kw_only=True):
    """A matter that is settled by a route of steps; also a Płatnik procedure (``kind: procedure``)."""

    kind: Literal["case", "procedure"] = "case"
    steps: tuple[Step, ...]
    outcome: tuple[Outcome, ...]
    cautions: tuple[Caution, ...] = ()
    needs: tuple[str, ...] = ()
    check: Optional[str] = None


class Act(Record, frozen=True, kw_only=True):
    """One act of a remedy."""

    do: str
    caution: Optional[str] = None
    links: tuple[Link, ...] = ()


class Cause(Record, frozen=True, kw_only=True):
    """A cause of a problem: what it is, the remedy act by act, and the check that it worked."""

    cause: str
    remedy: tuple[Act, ...]
    check: str
    otherwise: Optional[str] = None
    """Where to go when the check fails: another cause of this problem, an entry id, or ``people``; else on."""


class Problem(Entry, frozen=True, kw_only=True):
    """Trouble with Płatnik or ePłatnik: a diagnosis that ends in a remedy that worked, or with people."""

    kind: Literal["problem"] = "problem"
    messages: tuple[str, ...] = ()
    danger: Optional[str] = None
    causes: dict[str, Cause]


class FigureValue(Record, frozen=True, kw_only=True):
    """What a figure was in one period; open-ended when ``valid_to`` is missing."""

    value: Union[int, float]
    source: str
    valid_from: Optional[date] = None
    valid_to: Optional[date] = None
    unsure: Optional[str] = None
    """Why the value is not certain; a client is told that it awaits confirmation."""


class Figure(Record, frozen=True, kw_only=True):
    """An amount, rate or limit that changes with time; texts name it as ``{figure:key}``."""

    unit: str
    values: tuple[FigureValue, ...]
    note: Optional[str] = None


class Form(Record, frozen=True, kw_only=True):
    """A form by its symbol."""

    symbol: str
    title: str
    purpose: str
    who: str
    status: Literal["obowiazuje", "wycofany", "niepewny"]
    profiles: tuple[Profile, ...] = ()
    aliases: tuple[str, ...] = ()
    attach: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    where: Optional[str] = None
    deadline: Optional[str] = None
    replaced_by: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    to_check: tuple[str, ...] = ()


class Term(Record, frozen=True, kw_only=True):
    """A term of the glossary; its slug is its id."""

    term: str
    definition: str
    aliases: tuple[str, ...] = ()
    see: tuple[str, ...] = ()
    inline: bool = True
    """Whether the word is explained inside other texts; an everyday word is not."""
    sources: tuple[Source, ...] = ()
    to_check: tuple[str, ...] = ()


class Office(Record, frozen=True, kw_only=True):
    """A field office; what is not confirmed (``address`` null) is not shown and never guessed."""

    name: str
    kind: Literal["oddzial", "inspektorat", "biuro_terenowe", "centrala"]
    city: str
    parent: Optional[str] = None
    address: Optional[str] = None
    postcode: Optional[str] = None
    voivodeship: Optional[str] = None
    phone: Optional[str] = None
    serves: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    seen: Optional[Union[str, int]] = None
    to_check: tuple[str, ...] = ()


class News(Record, frozen=True, kw_only=True):
    """A piece of news; shown from ``published`` on, and no longer as current after ``valid_to``."""

    id: str
    title: str
    text: str
    published: date
    sources: tuple[Source, ...]
    valid_to: Optional[date] = None
    profiles: tuple[Profile, ...] = ()
    """For whom; empty: for everybody."""
    entries: tuple[str, ...] = ()
    """The matters it concerns."""
    links: tuple[Link, ...] = ()


class TextPage(Record, frozen=True, kw_only=True):
    """A page of the portal that no entry owns: help, rights and duties, privacy…; ``body`` is Markdown."""

    id: str
    title: str
    description: str
    body: str
    verified_on: date
    sources: tuple[Source, ...] = ()
    to_check: tuple[str, ...] = ()


Guide = Union[Case, Problem]
"""Anything a client can be led through."""


def understanding_kind(entry: Guide) -> str:
    """The ``kind`` an Understanding gives this entry: ``case`` or ``platnik``."""
    return "case" if entry.kind == "case" else "platnik"


def depends_on(entry: Case) -> frozenset[str]:
    """Every question id that some condition or deadline of the case names."""
    items = [*entry.steps, *entry.outcome, *entry.cautions, *entry.questions.values()]
    named = frozenset().union(*(mentioned(item.when_true) for item in items))
    dated = {step.deadline.question for step in entry.steps if step.deadline and step.deadline.question}
    return named | dated
