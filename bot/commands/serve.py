"""``okienko serve``: the service."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from bot import tracing
from bot.commands import DONE
from bot.commands.common import command
from bot.commands.learning import build_learning, build_telling
from bot.counter.counter import Counter
from bot.engine.port import Engine
from bot.errors import ConfigurationError
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.measure.service import Views
    from bot.staff.service import Staff
    from bot.web.app import Chats, Mail, Post

MOST_FILES = 65_536
LOOK_AGAIN = 5.0
"""Seconds between two looks for a model that was let in meanwhile."""


def add(parsers: Any) -> None:
    """Declare the command."""
    parser = command(parsers, "serve", "Uruchom serwis: stronę, API i rozmowę.", "okienko serve --port 8080")
    parser.add_argument("--host", help="adres, na którym słuchać (OKIENKO_HOST)")
    parser.add_argument("--port", type=int, help="port (OKIENKO_PORT)")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Serve until told to stop."""
    from dataclasses import replace

    from aiohttp import web

    from bot.compose import build_counter, build_privacy
    from bot.web.app import create_app

    settings = replace(settings, host=arguments.host or settings.host, port=arguments.port or settings.port)
    counter = build_counter(settings)
    telling = build_telling(settings, build_learning(settings, counter.desk), counter.store)
    app = create_app(settings, counter, build_engine(settings, counter), build_post(settings), build_staff(settings), telling=telling, measures=build_measures(settings), chats=build_chats(settings), mail=build_mail(settings), privacy=build_privacy(settings, counter))
    if settings.otlp_url:
        tracing.set_up(settings.otlp_url)
    allow_many_connections()
    print(f"Okienko: {settings.address}  (zatrzymaj: Ctrl+C)", flush=True)
    try:
        web.run_app(app, host=settings.host, port=settings.port, print=lambda *_: None, access_log=None)
    except OSError as error:
        raise ConfigurationError(
            f"Nie da się słuchać na {settings.host}:{settings.port} ({error.strerror}). Zwolnij ten port albo podaj inny: --port."
        ) from error
    finally:
        tracing.close()
    return DONE


def allow_many_connections() -> None:
    """Raise the number of open files to what the system allows: each open window is one, and a usual limit is 1024."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    now, allowed = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if allowed == resource.RLIM_INFINITY else min(allowed, MOST_FILES)
    if wanted > now:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, allowed))


def build_post(settings: Settings) -> Post | None:
    """The outbox and the way to the mail server; None where none is set. Raises ConfigurationError."""
    if not settings.smtp_url:
        return None
    from bot.mail.smtp import Smtp
    from bot.store.engine import connect
    from bot.store.post import PostStore
    from bot.web.app import Post

    store = PostStore(connect(settings.database))
    return Post(store, store, Smtp.of(settings.smtp_url, settings.mail_from))


def build_chats(settings: Settings) -> Chats | None:
    """The chat platforms that are set; None where none is. Raises ConfigurationError."""
    from bot.channels.registry import open_channels

    channels = open_channels(settings)
    if not channels:
        return None
    from bot.store.channels import PeersSql
    from bot.store.engine import connect
    from bot.web.app import Chats

    return Chats(channels, PeersSql(connect(settings.database)))


def build_mail(settings: Settings) -> Mail:
    """The mailbox of clients' letters, if one is set, and the store of what was taken. Raises ConfigurationError."""
    from bot.channels.email.client import open_mailbox
    from bot.store.engine import connect
    from bot.store.mailbox import LettersSql
    from bot.web.app import Mail

    return Mail(LettersSql(connect(settings.database)), open_mailbox(settings.mail_in_url) if settings.mail_in_url else None)


def build_staff(settings: Settings) -> Staff:
    """Staff accounts on the configured database."""
    from bot.clock import Clock
    from bot.staff.service import Staff
    from bot.store.engine import connect
    from bot.store.staff import StaffSql

    return Staff(StaffSql(connect(settings.database)), Clock().now)


def build_measures(settings: Settings) -> Views:
    """The views of the configured database."""
    from bot.store.engine import connect
    from bot.store.measures import MeasuresSql

    return MeasuresSql(connect(settings.database))


def build_engine(settings: Settings, counter: Counter) -> Engine:
    """The embedded engine, or the way to the one that runs apart."""
    if settings.engine_url:
        from bot.engine.remote import RemoteEngine

        return RemoteEngine(settings.engine_url)
    from actions import services
    from actions.server import action_server
    from bot.compose import model_path
    from bot.engine.embedded import EmbeddedEngine

    services.use(counter)
    return EmbeddedEngine(lambda: model_path(settings), action_server(), look_again=LOOK_AGAIN)
