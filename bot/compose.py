"""Where the parts are joined for a process, up to the counter; ``bot.commands.serve`` adds the engine, ``bot.web.app`` the rest."""

from __future__ import annotations

from pathlib import Path

from bot.cases.loader import load_knowledge
from bot.clock import Clock
from bot.counter.counter import Counter
from bot.dialogue.desk import Desk
from bot.errors import ConfigurationError
from bot.models import Models
from bot.settings import Settings


def build_desk(settings: Settings) -> Desk:
    """The knowledge and the day. Raises ConfigurationError."""
    return Desk(load_knowledge(settings.root / "knowledge", drafts=settings.drafts), Clock(settings.day))


def build_counter(settings: Settings) -> Counter:
    """The counter on the configured database, its tables brought up to date."""
    from bot.store.engine import connect
    from bot.store.migrate import upgrade
    from bot.store.sql import SqlStore

    upgrade(settings.database)
    return Counter(build_desk(settings), SqlStore(connect(settings.database)))


def model_path(settings: Settings) -> Path:
    """The model to serve: the one in the settings, else the one that was let in. Raises ConfigurationError."""
    if settings.model:
        return Path(settings.model)
    found = Models(settings.root / "models").serving()
    if found is None:
        raise ConfigurationError("Nie ma żadnego modelu w models/. Uruchom „okienko train”.")
    return found
