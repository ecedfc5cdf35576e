"""Where the parts are joined for a process, up to the counter; ``bot.commands.serve`` adds the engine, ``bot.web.app`` the rest."""

from __future__ import annotations

from pathlib import Path

from bot.cases.loader import load_knowledge
from bot.clock import Clock
from bot.counter.counter import Counter
from bot.counter.letters import sender_key
from bot.counter.office import Office
from bot.counter.privacy import Privacy
from bot.dialogue.desk import Desk
from bot.errors import ConfigurationError
from bot.models import Models
from bot.settings import Settings
from bot.web.pages.addresses import code_address, list_links


def build_desk(settings: Settings) -> Desk:
    """The knowledge and the day. Raises ConfigurationError."""
    base = settings.public_url.rstrip("/")
    return Desk(
        load_knowledge(settings.root / "knowledge", drafts=settings.drafts),
        Clock(settings.day),
        papers=lambda entry, answers: list_links(entry, answers, base),
        places=lambda code: code_address(code, base),
    )


def build_counter(settings: Settings) -> Counter:
    """The counter on the configured database, its tables brought up to date."""
    from bot.store.engine import connect
    from bot.store.migrate import upgrade
    from bot.store.privacy import PrivacySql
    from bot.store.sql import SqlStore
    from bot.store.tracker import RasaEvents

    upgrade(settings.database)
    engine = connect(settings.database)
    elsewhere = RasaEvents(connect(settings.tracker_url)).erase if settings.tracker_url else None
    return Counter(build_desk(settings), SqlStore(engine), Office.of(settings.root / "knowledge" / "desk.yml"), elsewhere, PrivacySql(engine).kept_back)


def build_privacy(settings: Settings, counter: Counter) -> Privacy:
    """Copies, holds and consents over the same database."""
    from bot.store.engine import connect
    from bot.store.privacy import PrivacySql
    from bot.store.tracker import RasaEvents

    events = RasaEvents(connect(settings.tracker_url)).of if settings.tracker_url else None
    return Privacy(PrivacySql(connect(settings.database), sender_key), counter.erase, counter.desk.clock.now, events)


def model_path(settings: Settings) -> Path:
    """The model to serve: the one in the settings, else the one that was let in. Raises ConfigurationError."""
    if settings.model:
        return Path(settings.model)
    found = Models(settings.root / "models").serving()
    if found is None:
        raise ConfigurationError("Nie ma żadnego modelu w models/. Uruchom „okienko train”.")
    return found
