"""The composition root of the service: settings in, application out. Importing it opens nothing and loads no Rasa."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass

from aiohttp import web

from bot.cases.search import Search
from bot.channels.email.client import Mailbox
from bot.channels.port import Channel, PeerStore
from bot.channels.service import ChannelService
from bot.cluster.lock import Locks, NoLocks
from bot.counter.counter import Counter
from bot.counter.letters import LetterStore, Received
from bot.counter.privacy import Privacy
from bot.dialogue.understanding import Heard, decide
from bot.ending import end
from bot.engine.port import Engine
from bot.learning.telling import Telling
from bot.mail.outbox import Outbox
from bot.mail.port import Carrier, OutboxStore
from bot.measure.service import NoRows, Views
from bot.reminders.model import ReminderStore
from bot.reminders.reminders import Reminders
from bot.settings import Settings
from bot.staff.service import Staff
from bot.web import errors, health, keys, security, webhooks
from bot.web.api import ask, conversations, knowledge, openapi, socket, tickets
from bot.web.body import MAX_BODY
from bot.web.desk import ConversationDesk
from bot.web.fanout import Fanout
from bot.web.letters import mailroom
from bot.web.limits import Limits
from bot.web.looking import Looking
from bot.web.metrics import Metrics
from bot.web.pages import catalogue, entries, feeds, papers, plain, portal, references, remarks, reminding, returning, searching, static, survey, texts, walks
from bot.web.recent import Recent
from bot.web.staff import account, entry, guide, journal, outside
from bot.web.staff import acts as staff_acts
from bot.web.staff import holding as staff_holding
from bot.web.staff import learning as staff_learning
from bot.web.staff import live as staff_live
from bot.web.staff import measures as staff_measures
from bot.web.staff import people as staff_people
from bot.web.staff import queue as staff_queue
from bot.web.staff import ticket as staff_ticket
from bot.web.staff.console import set_up, turn_taken
from bot.web.staff.oidc import Provider
from bot.web.staff.training import Training
from bot.web.stopping import Stopping

log = logging.getLogger(__name__)
TABLES = (
    ask, conversations, socket, knowledge, tickets, openapi, health, webhooks,
    portal, catalogue, walks, papers, entries, references, searching, remarks, survey, returning, reminding, feeds, static, plain, guide,
    entry, outside, account, staff_people, journal, staff_learning, staff_measures, staff_live, staff_queue, staff_ticket, staff_holding, staff_acts, texts,
)  # fmt: skip
"""Every table of routes; ``texts`` last, since it takes any short address."""


PRESENT = "present"
PRESENCE_EVERY = 20.0
"""Seconds between two words to the other processes of who has a page of the console open here; a word counts for two minutes."""


@dataclass(frozen=True)
class Post:
    """Where letters and reminders are kept, and who carries letters."""

    letters: OutboxStore
    reminders: ReminderStore
    carrier: Carrier


@dataclass(frozen=True)
class Chats:
    """The chat platforms that are set, and where their clients are kept."""

    channels: Sequence[Channel]
    store: PeerStore


@dataclass(frozen=True)
class Mail:
    """The mailbox of clients' letters, and where what was taken is kept; without a mailbox letters come through ``okienko mail``."""

    store: LetterStore
    mailbox: Mailbox | None = None


def create_app(
    settings: Settings, counter: Counter, engine: Engine, post: Post | None = None, staff: Staff | None = None, telling: Telling | None = None,
    measures: Views | None = None, chats: Chats | None = None, mail: Mail | None = None, privacy: Privacy | None = None,
) -> web.Application:
    """The application; the engine is started and stopped with it.

    Without ``post`` nothing is offered by e-mail; without ``staff`` nobody can sign in and only the guide is there for staff;
    without ``telling`` nothing is learned from closed tickets; without ``measures`` there is nothing to measure; without
    ``chats`` no platform reaches us; without ``mail`` no letters are taken; without ``privacy`` nobody gets a copy of what is kept.
    """
    app = web.Application(middlewares=[security.middleware, errors.middleware], client_max_size=MAX_BODY)
    metrics = Metrics()
    app[keys.SETTINGS] = settings
    app[keys.COUNTER] = counter
    app[keys.ENGINE] = engine
    app[keys.METRICS] = metrics
    app[keys.FANOUT] = Fanout()
    app[keys.DESK] = ConversationDesk(counter, engine, metrics, turn_taken(app[keys.FANOUT], lambda: app.get(keys.CONSOLE)), _locks(settings))
    app[keys.STOPPING] = Stopping(settings.drain_seconds)
    app[keys.RECENT] = Recent()
    app[keys.LIMITS] = Limits(factor=settings.limits, redis_url=settings.redis_url)
    app[keys.MEASURES] = measures or NoRows()
    app[keys.SEARCH] = Search(counter.desk.knowledge)
    for table in TABLES:
        app.add_routes(table.routes)
    app.cleanup_ctx.append(app[keys.STOPPING].watch)
    app.cleanup_ctx.append(_engine)
    app.cleanup_ctx.append(_looking)
    app.on_shutdown.append(_streams_end)
    app.on_cleanup.append(_locks_end)
    if settings.redis_url:
        app.cleanup_ctx.append(_relay)
    _open_chats(app, chats)
    if staff is not None:
        app[keys.STAFF] = staff
        if provider := Provider.of(settings):
            app[keys.PROVIDER] = provider
    if post is not None:
        app[keys.OUTBOX] = Outbox(post.letters, post.carrier, counter.desk.clock.now)
        app[keys.REMINDERS] = Reminders(counter.desk, post.reminders, app[keys.OUTBOX], settings.address)
        app.cleanup_ctx.append(_post)
    if privacy is not None:
        app[keys.PRIVACY] = privacy
    if mail is not None:
        _open_mail(app, mail)
    if staff is not None:
        set_up(app)
    if telling is not None:
        app[keys.TELLING], app[keys.LEARNING], app[keys.TRAINING] = telling, telling.learning, Training.of(settings)
        app.cleanup_ctx.append(_telling)
    return app


def _open_mail(app: web.Application, mail: Mail) -> None:
    """Take clients' letters beside serving, where there is a mailbox."""
    app[keys.MAILROOM] = mailroom(app[keys.SETTINGS], app[keys.COUNTER], app[keys.ENGINE].understand, mail.store, app.get(keys.OUTBOX), _letter_taken(app))
    mailbox = mail.mailbox
    if mailbox is None:
        return

    async def reading(app: web.Application) -> AsyncIterator[None]:
        task = asyncio.create_task(app[keys.MAILROOM].run(mailbox))
        yield
        await end([task])

    app.cleanup_ctx.append(reading)


def _letter_taken(app: web.Application) -> Callable[[Received], None]:
    """What happens after a client's letter: a new ticket is announced, and those who look at a known one are told."""

    def told(received: Received) -> None:
        app[keys.METRICS].tickets.inc(received.new)
        console = app.get(keys.CONSOLE)
        if console is None:
            return
        if received.new:
            console.opened(received.ticket.number)
        else:
            console.changed(received.ticket)

    return told


def _open_chats(app: web.Application, chats: Chats | None) -> None:
    """Serve each platform beside the web; whatever is said in a conversation wakes them."""
    desk, fanout = app[keys.DESK], app[keys.FANOUT]
    begun = app[keys.METRICS].conversations
    services = {
        channel.name: ChannelService(channel, chats.store, app[keys.COUNTER], desk.take, begun.labels(channel.name).inc) for channel in chats.channels
    } if chats else {}  # fmt: skip
    app[keys.CHANNELS] = services
    for service in services.values():
        fanout.watch(service.wake)
    if services:
        app.cleanup_ctx.append(_chats)


async def _chats(app: web.Application) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(service.run()) for service in app[keys.CHANNELS].values()]
    yield
    await end(tasks)


def _locks(settings: Settings) -> Locks:
    if not settings.redis_url:
        return NoLocks()
    from bot.cluster.lock import RedisLocks

    return RedisLocks(settings.redis_url)


async def _locks_end(app: web.Application) -> None:
    await app[keys.DESK].close()


async def _relay(app: web.Application) -> AsyncIterator[None]:
    """Tell the other processes what happens here, and who is at the desk; hear the same of them."""
    from bot.cluster.relay import Relay

    fanout = app[keys.FANOUT]

    def heard(topics: list[str], what: str) -> None:
        console = app.get(keys.CONSOLE)
        if what == PRESENT and console is not None:
            for login in topics:
                console.presence.seen(login)
        elif what != PRESENT:
            fanout.tell_here(topics, what)

    relay = Relay(app[keys.SETTINGS].redis_url, heard)
    fanout.pass_on(relay.tell)
    tasks = [asyncio.create_task(relay.run()), asyncio.create_task(_tell_presence(app, relay.tell))]
    yield
    await end(tasks)


async def _tell_presence(app: web.Application, tell: Callable[[list[str], str], None]) -> None:
    while True:
        console = app.get(keys.CONSOLE)
        here = console.presence.here_now() if console else []
        if here:
            tell(here, PRESENT)
        await asyncio.sleep(PRESENCE_EVERY)


async def _looking(app: web.Application) -> AsyncIterator[None]:
    counter = app[keys.COUNTER]
    task = asyncio.create_task(Looking(counter.store, app[keys.FANOUT], counter.desk.clock.now).run())
    yield
    await end([task])


async def _streams_end(app: web.Application) -> None:
    """Open streams and sockets would otherwise hold the service back from stopping."""
    app[keys.FANOUT].close()


async def _post(app: web.Application) -> AsyncIterator[None]:
    """Send letters and look after reminders beside serving."""
    tasks = [asyncio.create_task(app[keys.OUTBOX].run()), asyncio.create_task(app[keys.REMINDERS].run())]
    yield
    await end(tasks)


async def _telling(app: web.Application) -> AsyncIterator[None]:
    """Look at closed tickets and tell clients what was learned, beside serving; a training ends with the service."""
    task = asyncio.create_task(app[keys.TELLING].run(app[keys.ENGINE].understand, app.get(keys.OUTBOX)))
    yield
    await end([task])
    await app[keys.TRAINING].stop()


async def _engine(app: web.Application) -> AsyncIterator[None]:
    """Load the engine beside serving: pages and /healthz answer at once, /readyz when the model is there."""
    task = asyncio.create_task(_start(app))
    yield
    await end([task])
    await app[keys.ENGINE].stop()


async def _start(app: web.Application) -> None:
    try:
        await app[keys.ENGINE].start()
        desk = app[keys.COUNTER].desk
        decide(Heard("gdzie jest placówka w Krakowie"), desk.knowledge, desk.finder)
        log.info("engine ready")
    except Exception:
        log.exception("the engine did not start; conversations are answered with an apology and the offer of a person")
