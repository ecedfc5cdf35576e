"""Typed keys of what the application carries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from bot.cases.search import Search
from bot.counter.counter import Counter
from bot.counter.privacy import Privacy
from bot.engine.port import Engine
from bot.learning.service import Learning
from bot.learning.telling import Telling
from bot.mail.outbox import Outbox
from bot.reminders.reminders import Reminders
from bot.settings import Settings
from bot.staff.service import Staff
from bot.web.desk import ConversationDesk
from bot.web.fanout import Fanout
from bot.web.metrics import Metrics
from bot.web.recent import Recent
from bot.web.stopping import Stopping

if TYPE_CHECKING:
    from bot.channels.email import MailRoom
    from bot.channels.service import ChannelService
    from bot.measure.service import Views
    from bot.web.limits import Limits
    from bot.web.staff.console import Console
    from bot.web.staff.oidc import Provider
    from bot.web.staff.training import Training

SETTINGS = web.AppKey("settings", Settings)
COUNTER = web.AppKey("counter", Counter)
ENGINE = web.AppKey("engine", Engine)
DESK = web.AppKey("desk", ConversationDesk)
METRICS = web.AppKey("metrics", Metrics)
STOPPING = web.AppKey("stopping", Stopping)
RECENT = web.AppKey("recent", Recent)
SEARCH = web.AppKey("search", Search)
LIMITS: web.AppKey[Limits] = web.AppKey("limits")
OUTBOX = web.AppKey("outbox", Outbox)
"""Only where a mail server is set."""
REMINDERS = web.AppKey("reminders", Reminders)
"""Only where a mail server is set."""
MEASURES: web.AppKey[Views] = web.AppKey("measures")
"""What measures are read from; of a store in memory nothing."""
PRIVACY = web.AppKey("privacy", Privacy)
"""Only where there is a database."""
STAFF = web.AppKey("staff", Staff)
"""Only where the console is served; without it staff have the guide alone."""
PROVIDER: web.AppKey[Provider] = web.AppKey("provider")
"""Only where an outside provider of identity is set."""
FANOUT = web.AppKey("fanout", Fanout)
CONSOLE: web.AppKey[Console] = web.AppKey("console")
"""Only where the console is served."""
LEARNING = web.AppKey("learning", Learning)
"""Only where the console learns from closed tickets."""
TELLING = web.AppKey("telling", Telling)
"""Beside LEARNING."""
TRAINING: web.AppKey[Training] = web.AppKey("training")
"""Beside LEARNING."""
CHANNELS: web.AppKey[dict[str, ChannelService]] = web.AppKey("channels")
"""The chat platforms that are set, by name; empty where there are none."""
MAILROOM: web.AppKey[MailRoom] = web.AppKey("mailroom")
"""Only where letters of clients are taken."""
