"""The use cases of learning over one store of proposals; rights are checked by the caller."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Optional

from msgspec.structs import replace

from bot.dialogue.desk import Desk
from bot.dialogue.understanding import Heard, Understanding, decide
from bot.errors import UsageError
from bot.learning import review
from bot.learning.files import write_files
from bot.learning.model import ChangedError, LearningStore, Measured, NoProposalError, Proposal, State
from bot.learning.proposing import meant, propose, wanted_intent
from bot.learning.sentences import key, known_sentences, sentence_of

log = logging.getLogger(__name__)
Hear = Callable[[str], Awaitable[Heard]]
"""The engine's ears. Raises TemporaryError where no model is loaded."""
BATCH = 50
"""Tickets looked at in one go."""
ALIVE: tuple[State, ...] = ("proposed", "accepted", "taught")
MOST = 100_000
"""Sentences of one state that are read at once."""


@dataclass(frozen=True)
class Understood:
    """How one test sentence was understood: what it should mean, and what was understood (None: unclear)."""

    text: str
    wanted: str
    found: Optional[str]
    confidence: float


class Learning:
    """Looks at closed tickets, keeps what editors decide, and writes the files that training and evaluation read."""

    def __init__(self, desk: Desk, store: LearningStore, root: Path, learned: Path) -> None:
        """``root``: of the project, whose sentences are known already; ``learned``: the folder of our own files."""
        self.desk, self.store, self._root, self.folder = desk, store, root, learned
        self._writing = threading.Lock()

    @cached_property
    def _known(self) -> frozenset[str]:
        """Keys of the repository's own sentences; read once, since they change only with an update of the service."""
        return known_sentences(self.desk.knowledge, [self._root / "nlu_data", self._root / "tests" / "utterances"])

    async def look(self, hear: Optional[Hear]) -> int:
        """Look at tickets closed since the last look; returns how many gave a proposal. Raises TemporaryError.

        Without ``hear`` nothing is held for understood already.
        """
        found = 0
        for ticket in self.store.unlooked(BATCH):
            known = await asyncio.to_thread(self._known_beside, ticket.number)
            sentence = sentence_of(ticket.packet.handover.question or "")
            understanding = await self.understand(hear, sentence) if hear and sentence else None
            kept = self.store.put(propose(ticket, self.desk.knowledge, known, understanding, self.desk.clock.now()))
            found += kept is not None and kept.state == "proposed"
        return found

    def _known_beside(self, ticket: str) -> frozenset[str]:
        """What is known without the ticket's own earlier proposal."""
        return self._known | {key(item.text) for state in ALIVE for item in self.store.proposals(state, MOST) if item.ticket != ticket}

    async def understand(self, hear: Hear, text: str) -> Understanding:
        """What the serving model makes of a text, without a client's profile. Raises TemporaryError."""
        return decide(await hear(text), self.desk.knowledge, self.desk.finder)

    def proposal(self, name: int) -> Proposal:
        """One proposal. Raises NoProposalError."""
        found = self.store.proposal(name)
        if found is None or found.state == "nothing":
            raise NoProposalError(f"Nie ma propozycji {name}.")
        return found

    def accept(self, name: int, who: str, *, text: Optional[str] = None, entry: Optional[str] = None) -> Proposal:
        """Take it as a test sentence. Raises UsageError, ChangedError, NoProposalError."""
        before = self.proposal(name)
        after = review.accept(before, who, self.desk.clock.now(), self.desk.knowledge, text=text, entry=entry)
        others = {key(item.text) for state in ALIVE[1:] for item in self.store.proposals(state, MOST)}
        if key(after.text) in self._known | others:
            raise UsageError("To zdanie znamy już słowo w słowo. Odrzuć propozycję albo zmień zdanie.")
        return self._changed(before, after)

    def reject(self, name: int, who: str) -> Proposal:
        """Not this one; its words are forgotten here. Raises ChangedError, NoProposalError."""
        before = self.proposal(name)
        return self._changed(before, review.reject(before, who, self.desk.clock.now()))

    def teach(self, name: int, who: str) -> Proposal:
        """Take it as a training sentence; the next training learns it. Raises UsageError, ChangedError, NoProposalError."""
        before = self.proposal(name)
        return self._changed(before, review.teach(before, who, self.desk.clock.now()))

    def _changed(self, before: Proposal, after: Proposal) -> Proposal:
        if not self.store.change(before, after):
            raise ChangedError("Ktoś zmienił tę propozycję przed chwilą. Odśwież stronę.")
        self.write(self.folder)
        return replace(after, version=before.version + 1)

    def write(self, folder: Path) -> None:
        """Write the files of accepted and taught sentences; also for editors, to take into the repository."""
        with self._writing:
            write_files(folder, self.store.proposals("accepted", MOST), self.store.proposals("taught", MOST))

    async def measure(self, hear: Hear) -> int:
        """Measure every accepted sentence with the serving model; returns how many. Raises TemporaryError."""
        found = []
        for item in self.store.proposals("accepted", MOST):
            understanding = await self.understand(hear, item.text)
            found.append(Understood(item.text, wanted_intent(item), meant(understanding), understanding.confidence))
        return self.record(found)

    def record(self, found: Iterable[Understood]) -> int:
        """Keep what an evaluation said of accepted sentences; returns of how many. Sentences accepted meanwhile stay unmeasured."""
        now, said = self.desk.clock.now(), {(item.text, item.wanted): item for item in found}
        kept = 0
        for item in self.store.proposals("accepted", MOST):
            result = said.get((item.text, wanted_intent(item)))
            if result is not None:
                kept += self.store.change(item, review.measure(item, Measured(now, result.found, round(result.confidence, 4))))
        return kept


def is_right(proposal: Proposal) -> bool:
    """Whether an accepted sentence was understood as it should be when it was measured."""
    return proposal.measured is not None and proposal.measured.understood_as == wanted_intent(proposal)


def taught_before(proposal: Proposal, trained_at: Optional[datetime]) -> bool:
    """Whether a model of this age can have learned the sentence."""
    return proposal.taught_at is not None and (trained_at is None or trained_at > proposal.taught_at)
