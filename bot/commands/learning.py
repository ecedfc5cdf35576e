"""What commands share about learning: the use cases on the configured database, and keeping what an evaluation measured."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from bot.dialogue.desk import Desk
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.counter.ports import CounterStore
    from bot.learning.service import Learning
    from bot.learning.telling import Telling
    from bot.measure.scores import Outcome


def build_learning(settings: Settings, desk: Desk) -> Learning:
    """Learning on the configured database, its tables brought up to date."""
    from bot.learning.service import Learning
    from bot.store.engine import connect
    from bot.store.learning import LearningSql
    from bot.store.migrate import upgrade

    upgrade(settings.database)
    return Learning(desk, LearningSql(connect(settings.database)), settings.root, settings.learned_folder)


def build_telling(settings: Settings, learning: Learning, tickets: CounterStore) -> Telling:
    """Telling clients what was learned from them."""
    from bot.compose import model_path
    from bot.learning.telling import Telling
    from bot.web.pages.addresses import path_of

    def trained_at() -> datetime | None:
        """Where the engine runs apart, its model's age is not known here."""
        return None if settings.engine_url else datetime.fromtimestamp(model_path(settings).stat().st_mtime, timezone.utc)

    return Telling(learning, tickets, lambda entry: settings.address + path_of(entry), trained_at)


def keep_measured(settings: Settings, desk: Desk, outcomes: Sequence[Outcome]) -> None:
    """Keep how accepted sentences were understood; nothing is opened where none was accepted."""
    from bot.learning.service import Understood
    from bot.measure.sentences import read_learned

    if not read_learned(settings.learned_folder):
        return

    def meant(item: Outcome) -> str | None:
        return None if item.kind == "unclear" else next(iter(item.found), None)

    build_learning(settings, desk).record([Understood(item.sentence.text, item.wanted, meant(item), item.confidence) for item in outcomes])
