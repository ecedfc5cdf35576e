"""``okienko serve``: the service."""

from __future__ import annotations

import argparse
from typing import Any

from bot.commands import DONE
from bot.commands.common import command
from bot.counter.counter import Counter
from bot.engine.port import Engine
from bot.errors import ConfigurationError
from bot.settings import Settings

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

    from bot.compose import build_counter
    from bot.web.app import create_app

    settings = replace(settings, host=arguments.host or settings.host, port=arguments.port or settings.port)
    counter = build_counter(settings)
    app = create_app(settings, counter, build_engine(settings, counter))
    print(f"Okienko: {settings.address}  (zatrzymaj: Ctrl+C)", flush=True)
    try:
        web.run_app(app, host=settings.host, port=settings.port, print=lambda *_: None, access_log=None)
    except OSError as error:
        raise ConfigurationError(
            f"Nie da się słuchać na {settings.host}:{settings.port} ({error.strerror}). Zwolnij ten port albo podaj inny: --port."
        ) from error
    return DONE


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
