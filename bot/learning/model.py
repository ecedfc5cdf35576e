"""A proposal: what a closed ticket could teach, and how far it has come; where proposals are kept."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, Optional, Protocol

import msgspec

from bot.errors import NotAllowedError, UsageError
from bot.tickets.model import Ticket

Kind = Literal["sentence", "new_case", "outside"]
"""A sentence of an entry; a matter that we do not have; a question that is not ours."""
State = Literal["proposed", "accepted", "taught", "rejected", "nothing"]
"""``nothing``: the ticket was looked at and there is nothing to propose; no words are kept then."""
LONGEST = 300
"""Characters of a sentence that is accepted; what is longer has to be shortened by the editor."""
KEPT = 2000
"""Characters of a question as proposed."""


class Measured(msgspec.Struct, frozen=True):
    """How a model understood an accepted sentence: an entry's id, ``out_of_scope``, or None where it was unclear."""

    at: datetime
    understood_as: Optional[str]
    confidence: float


class Proposal(msgspec.Struct, frozen=True):
    """A proposal as kept. ``entry`` is what the sentence means; None for a matter that we do not have and for what is not ours.

    ``looked_at`` is when the ticket was read; a ticket that is closed again later is read again. ``version`` counts the changes.
    """

    id: int
    ticket: str
    kind: Kind
    state: State
    text: str
    entry: Optional[str]
    created_at: datetime
    looked_at: datetime
    decided_by: Optional[str] = None
    decided_at: Optional[datetime] = None
    taught_by: Optional[str] = None
    taught_at: Optional[datetime] = None
    measured: Optional[Measured] = None
    told_at: Optional[datetime] = None
    version: int = 0

    @property
    def teachable(self) -> bool:
        """Whether it was measured as a test sentence, so that it may be taught."""
        return self.state == "accepted" and self.measured is not None


class Missed(msgspec.Struct, frozen=True):
    """Words of a client (masked) that the bot did not understand."""

    text: str
    at: datetime


class ChangedError(UsageError):
    """Somebody else decided first, or the proposal is not in a state for this."""

    code = "changed"
    status = 409


class NoProposalError(NotAllowedError):
    """There is no such proposal."""


class LearningStore(Protocol):
    """Where proposals are kept. All methods are short, blocking calls."""

    def unlooked(self, limit: int) -> list[Ticket]:
        """Closed tickets with a resolution that were not looked at since they were closed, oldest first."""

    def put(self, proposal: Proposal) -> Proposal | None:
        """Keep a new proposal (its ``id`` is given here); a ticket's earlier one is replaced while nobody has decided on it.

        None when somebody was first; a decided one stays and is only marked as looked at.
        """

    def change(self, before: Proposal, after: Proposal) -> bool:
        """Put ``after`` in the place of ``before``; False when somebody was first."""

    def proposal(self, name: int) -> Proposal | None:
        """A proposal by its number."""

    def proposals(self, state: State, limit: int = 1000, offset: int = 0) -> list[Proposal]:
        """Proposals in a state, oldest first."""

    def counts(self) -> dict[str, int]:
        """How many there are in each state."""

    def untold(self) -> list[Proposal]:
        """Taught sentences whose client was not told yet, oldest first."""

    def unresolved(self, since: datetime, limit: int) -> list[Ticket]:
        """Tickets opened since a moment that are about no matter of ours or that the bot did not understand, newest first."""

    def missed(self, since: datetime, limit: int) -> list[Missed]:
        """What was not understood in conversations that came to no ticket, newest first; nothing is left of an erased conversation."""
