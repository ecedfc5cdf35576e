"""A backup is proved by restoring it: on SQLite and PostgreSQL, while others write, and refused where it would do harm."""

from __future__ import annotations

import io
import shutil
import tarfile
import uuid
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from bot.counter.counter import Counter
from bot.dialogue.desk import Desk
from bot.errors import UsageError
from bot.store.backup import backup, restore
from bot.store.engine import connect
from bot.store.migrate import upgrade
from bot.store.sql import SqlStore
from tests.lacking import NO_POSTGRES, lacking

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=timezone.utc)
POSTGRES = "postgresql://postgres@127.0.0.1:5432"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.services)])
def urls(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """A database and an empty one beside it."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'a.db'}", f"sqlite:///{tmp_path / 'b.db'}"
        return
    names = [f"okienko_{uuid.uuid4().hex[:10]}" for _ in range(2)]
    admin = create_engine(f"{POSTGRES}/postgres", isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 2})
    try:
        with admin.connect() as connection:
            for name in names:
                connection.execute(text(f"CREATE DATABASE {name}"))
    except OperationalError:
        lacking(NO_POSTGRES)
    if shutil.which("pg_dump") is None:
        lacking("no pg_dump; on Debian: apt-get install postgresql-client")
    yield f"{POSTGRES}/{names[0]}", f"{POSTGRES}/{names[1]}"
    with admin.connect() as connection:
        for name in names:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


def filled(url: str, desk: Desk) -> tuple[Counter, str]:
    upgrade(url)
    counter = Counter(desk, SqlStore(connect(url)))
    number = counter.tickets.open("Od kiedy liczy się okres zasiłkowy? Łódź")[0].number
    return counter, number


def test_what_was_backed_up_is_there_again(urls: tuple[str, str], desk: Desk, tmp_path: Path) -> None:
    source, target = urls
    counter, number = filled(source, desk)
    learned, other = tmp_path / "learned", tmp_path / "other"
    learned.mkdir()
    (learned / "zdania.yml").write_text("zażółć", encoding="utf-8")
    made = backup(source, learned, tmp_path / "k.tar.gz", NOW)
    counter.tickets.open("po kopii")
    assert restore(target, other, tmp_path / "k.tar.gz") == made
    found = SqlStore(connect(target))
    assert [ticket.number for ticket in found.tickets()] == [number] and "Łódź" in found.tickets()[0].packet.handover.question  # type: ignore[operator]
    assert (other / "zdania.yml").read_text(encoding="utf-8") == "zażółć"
    assert oct((tmp_path / "k.tar.gz").stat().st_mode)[-3:] == "600"


def test_a_restore_goes_over_data_only_when_told(urls: tuple[str, str], desk: Desk, tmp_path: Path) -> None:
    source, _ = urls
    counter, number = filled(source, desk)
    backup(source, tmp_path / "none", tmp_path / "k.tar.gz", NOW)
    counter.tickets.open("nowsze")
    with pytest.raises(UsageError, match="--force"):
        restore(source, tmp_path / "none", tmp_path / "k.tar.gz")
    counter.store._engine.dispose()  # type: ignore[attr-defined]
    restore(source, tmp_path / "none", tmp_path / "k.tar.gz", force=True)
    assert [ticket.number for ticket in SqlStore(connect(source)).tickets()] == [number]


def test_what_is_no_backup_changes_nothing(tmp_path: Path, desk: Desk) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    filled(url, desk)
    backup(url, tmp_path / "none", tmp_path / "k.tar.gz", NOW)
    whole = (tmp_path / "k.tar.gz").read_bytes()
    with tarfile.open(tmp_path / "evil.tar.gz", "w:gz") as archive:
        entry = tarfile.TarInfo("../outside")
        entry.size = 1
        archive.addfile(entry, io.BytesIO(b"x"))
    for name, content in (("cut", whole[: len(whole) // 2]), ("text", b"kopia"), ("empty", b"")):
        (tmp_path / name).write_bytes(content)
    for name in ("cut", "text", "empty", "evil.tar.gz", "absent"):
        with pytest.raises(UsageError):
            restore(f"sqlite:///{tmp_path / 'new.db'}", tmp_path / "none", tmp_path / name)
    assert not (tmp_path / "new.db").exists() and not (tmp_path.parent / "outside").exists()
    with pytest.raises(UsageError):
        backup(url, tmp_path / "none", tmp_path / "k.tar.gz", NOW)
