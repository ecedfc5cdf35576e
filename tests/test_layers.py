"""Who may import whom (design, section 3)."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ALLOWED = {
    "bot.text": set(),
    "bot.cases": {"bot.text", "bot.errors"},
    "bot.dialogue": {"bot.cases", "bot.text", "bot.errors", "bot.clock"},
    "bot.tickets": {"bot.dialogue", "bot.cases", "bot.text", "bot.errors", "bot.clock"},
    "bot.counter": {"bot.dialogue", "bot.cases", "bot.tickets", "bot.errors"},
    "bot.store": {"bot.tracing", "bot.channels", "bot.counter", "bot.dialogue", "bot.tickets", "bot.mail", "bot.reminders", "bot.staff", "bot.learning", "bot.errors"},
    "bot.engine": {"bot.ending", "bot.dialogue", "bot.text", "bot.errors", "bot.logs"},
    "bot.nlu": {"bot.cases", "bot.text"},
    "bot.measure": {"bot.tickets", "bot.cases", "bot.dialogue", "bot.nlu", "bot.text"},
    "bot.mail": {"bot.errors"},
    "bot.reminders": {"bot.mail", "bot.dialogue", "bot.errors"},
    "bot.papers": {"bot.errors"},
    "bot.staff": {"bot.errors"},
    "bot.learning": {"bot.tickets", "bot.counter", "bot.dialogue", "bot.cases", "bot.measure", "bot.nlu", "bot.mail", "bot.text", "bot.errors"},
    "bot.channels": {"bot.ending", "bot.counter", "bot.dialogue", "bot.engine", "bot.mail", "bot.tickets", "bot.text", "bot.settings", "bot.errors"},
    "bot.cluster": {"bot.errors"},
    "bot.web": {"bot.tracing", "bot.ending", "bot.cluster", "bot.channels", "bot.measure", "bot.learning", "bot.staff", "bot.papers", "bot.mail", "bot.reminders", "bot.clock", "bot.tickets", "bot.counter", "bot.dialogue", "bot.cases", "bot.engine", "bot.errors", "bot.settings", "bot.text"},
    "actions": {"bot.counter", "bot.engine", "bot.compose", "bot.settings"},
}
LIBRARIES = {
    "rasa": ("bot/nlu", "bot/engine", "bot/commands/train.py"),
    "spacy": ("bot/nlu",),
    "rasa_sdk": ("actions",),
    "sqlalchemy": ("bot/store",),
    "alembic": ("bot/store",),
    "aiohttp": ("bot/web", "bot/engine", "bot/channels", "bot/commands/serve.py"),
    "sanic": ("bot/engine",),
    "typst": ("bot/papers",),
    "segno": ("bot/papers",),
    "icalendar": ("bot/papers",),
    "aiosmtplib": ("bot/mail",),
    "redis": ("bot/cluster", "bot/web/limits.py"),
    "pyrate_limiter": ("bot/web",),
    "aiolimiter": ("bot/channels",),
    "telegram": ("bot/channels/telegram",),
    "aioimaplib": ("bot/channels/email",),
    "inscriptis": ("bot/channels/email",),
    "mailparser_reply": ("bot/channels/email",),
    "argon2": ("bot/staff",),
    "pyotp": ("bot/staff",),
    "opentelemetry": ("bot/tracing.py",),
    "jwt": ("bot/web/staff",),
}


def modules() -> Iterator[Path]:
    yield from sorted((ROOT / "bot").rglob("*.py"))
    yield from sorted((ROOT / "actions").rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def package_of(name: str) -> str:
    return ".".join(name.split(".")[:2]) if name.startswith("bot") else name.split(".")[0]


@pytest.mark.parametrize("path", list(modules()), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_module_imports_only_what_its_layer_may(path: Path) -> None:
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    own = package_of(name)
    if own not in ALLOWED:
        return
    for imported in imports(path):
        other = package_of(imported)
        if imported.startswith(("bot", "actions")) and other not in ("bot", "bot.__version__", own):
            assert other in ALLOWED[own], f"{name} imports {imported}"


@pytest.mark.parametrize("path", list(modules()), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_library_is_used_only_in_its_room(path: Path) -> None:
    place = path.relative_to(ROOT).as_posix()
    for imported in imports(path):
        rooms = LIBRARIES.get(imported.split(".")[0])
        if rooms is not None:
            assert place.startswith(rooms), f"{place} imports {imported}"


def test_the_web_service_does_not_load_tensorflow_and_imports_open_nothing() -> None:
    code = (
        "import sys, bot.web.app, bot.compose, actions.server\n"
        "bad = {'tensorflow', 'rasa', 'sqlalchemy'} & set(sys.modules)\n"
        "assert not bad, bad"
    )
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_channels_do_not_know_one_another() -> None:
    rooms = [path for path in (ROOT / "bot" / "channels").iterdir() if path.is_dir() and path.name != "__pycache__"]
    for room in rooms:
        for path in room.rglob("*.py"):
            others = [other.name for other in rooms if other != room]
            assert not [name for name in imports(path) if any(f"bot.channels.{other}" in name for other in others)]
