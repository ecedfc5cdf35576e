"""Unresolved questions grouped by meaning, so that editors see what people ask for most and what asks for a new entry."""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from bot.learning.model import Missed
from bot.learning.sentences import key, says_something, sentence_of
from bot.text.lemmas import STOP, lemma
from bot.text.normalise import normalise, words
from bot.tickets.model import Ticket

PERIOD = timedelta(days=90)
WEEK = timedelta(days=7)
MOST = 2000
"""Questions grouped at once, newest first; the distances are counted pair by pair."""
FAR = 0.8
"""Cosine distance (0 to 1) from which two groups, on average, are about different things."""
NAMED_BY = 3
EXAMPLES = 3


class Question(msgspec.Struct, frozen=True):
    """One masked question, when it was asked, and its ticket if there is one."""

    text: str
    at: datetime
    ticket: str = ""


@dataclass(frozen=True)
class Group:
    """Questions about one thing, largest groups first; ``lately`` and ``before`` count the last 7 days and the 7 before."""

    name: str
    count: int
    lately: int
    before: int
    examples: tuple[Question, ...]

    @property
    def trend(self) -> int:
        """How many more were asked in the last 7 days than in the 7 before."""
        return self.lately - self.before


def questions_of(tickets: Iterable[Ticket], missed: Iterable[Missed] = ()) -> list[Question]:
    """The questions of tickets and what was not understood elsewhere, as far as they say something."""
    found = [Question(sentence_of(ticket.packet.handover.question or ""), ticket.created_at, ticket.number) for ticket in tickets]
    found += [Question(sentence_of(item.text), item.at) for item in missed]
    return [item for item in found if says_something(item.text)]


def group(questions: Sequence[Question], now: datetime) -> list[Group]:
    """Groups by meaning, the largest and then the fastest growing first. A question like no other is a group of its own."""
    chosen = sorted(questions, key=lambda item: item.at, reverse=True)[:MOST]
    members: dict[int, list[Question]] = defaultdict(list)
    for item, label in zip(chosen, _labels([item.text for item in chosen]), strict=True):
        members[label].append(item)
    spread = Counter(name for items in members.values() for name in {name for item in items for name in _content(item.text)})
    found = [_group(items, spread, len(members), now) for items in members.values()]
    return sorted(found, key=lambda item: (-item.count, -item.trend, item.name))


def _labels(texts: Sequence[str]) -> list[int]:
    """A number of the group for each text."""
    if len(texts) < 2:
        return [0] * len(texts)
    from sklearn.cluster import AgglomerativeClustering
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.metrics.pairwise import cosine_distances

    features = TfidfVectorizer(analyzer=_content, sublinear_tf=True).fit_transform(texts)
    clusters = AgglomerativeClustering(n_clusters=None, affinity="precomputed", linkage="average", distance_threshold=FAR)
    return [int(label) for label in clusters.fit_predict(cosine_distances(features))]


def _said(text: str) -> list[tuple[str, str]]:
    """Words of content with their lemmas."""
    pairs = [(word, lemma(word)) for word in words(normalise(text))]
    return [(word, name) for word, name in pairs if name not in STOP and len(name) > 1]


def _content(text: str) -> list[str]:
    return [name for _, name in _said(text)]


def _group(items: list[Question], spread: Counter[str], groups: int, now: datetime) -> Group:
    lately = sum(now - item.at <= WEEK for item in items)
    before = sum(WEEK < now - item.at <= 2 * WEEK for item in items)
    different = list({key(item.text): item for item in reversed(items)}.values())[::-1]
    return Group(_name(items, spread, groups), len(items), lately, before, tuple(different[:EXAMPLES]))


def _name(items: list[Question], spread: Counter[str], groups: int) -> str:
    """The words that most of its questions share and few other groups have, as people write them, in the order of telling."""
    inside = Counter(name for item in items for name in dict.fromkeys(_content(item.text)))
    forms: dict[str, Counter[str]] = defaultdict(Counter)
    for item in items:
        for word, name in _said(item.text):
            forms[name][word] += 1
    telling = sorted(inside, key=lambda name: (-inside[name] * (1.0 + groups / spread[name]) ** 0.5, name))[:NAMED_BY]
    return ", ".join(forms[name].most_common(1)[0][0] for name in telling)


def as_csv(groups: Iterable[Group]) -> str:
    """The groups as a table for a spreadsheet (RFC 4180), with a header; cells that a spreadsheet would compute are quoted."""
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(["grupa", "pytań", "ostatnie 7 dni", "7 dni wcześniej", "zmiana", "przykłady"])
    for item in groups:
        examples = " | ".join(example.text for example in item.examples)
        table.writerow([_harmless(item.name), item.count, item.lately, item.before, item.trend, _harmless(examples)])
    return text.getvalue()


def _harmless(text: str) -> str:
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
