"""Learning that has no proposals, for tests of other things than learning."""

from __future__ import annotations

import os
import sys
import tempfile
from datetime import datetime
from pathlib import Path

from bot.counter.counter import Counter
from bot.learning.model import Missed, Proposal, State
from bot.learning.service import Learning
from bot.learning.telling import Telling
from bot.tickets.model import Ticket
from bot.web.pages.addresses import path_of
from bot.web.staff.training import Training


class NoProposals:
    """A store where nothing is and nothing comes."""

    def unlooked(self, limit: int) -> list[Ticket]:
        return []

    def put(self, proposal: Proposal) -> Proposal | None:
        return None

    def change(self, before: Proposal, after: Proposal) -> bool:
        return False

    def proposal(self, name: int) -> Proposal | None:
        return None

    def proposals(self, state: State, limit: int = 1000, offset: int = 0) -> list[Proposal]:
        return []

    def counts(self) -> dict[str, int]:
        return {}

    def untold(self) -> list[Proposal]:
        return []

    def unresolved(self, since: datetime, limit: int) -> list[Ticket]:
        return []

    def missed(self, since: datetime, limit: int) -> list[Missed]:
        return []


def nothing_learned(counter: Counter) -> Telling:
    return Telling(Learning(counter.desk, NoProposals(), Path("/nonexistent"), Path("/nonexistent")), counter.store, path_of, lambda: None)


def no_training() -> Training:
    """A training that ends at once."""
    folder = Path(tempfile.gettempdir())
    return Training([sys.executable, "-S", "-c", ""], folder, {}, folder / f"okienko-{os.getpid()}.lock")
