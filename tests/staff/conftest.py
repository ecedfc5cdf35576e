"""Staff on a fresh SQLite database, with a clock that tests move and passwords that cost little."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from bot.staff.model import By, Person
from bot.staff.passwords import Passwords
from bot.staff.service import Staff
from bot.store.engine import connect
from bot.store.migrate import upgrade
from bot.store.staff import StaffSql

PASSWORD = "bardzo-dobre-hasło"
ADMIN = By("szef", "10.0.0.1")
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@dataclass
class Moment:
    """A clock in the hand."""

    now: datetime = datetime(2026, 11, 24, 12, 0, tzinfo=timezone.utc)

    def __call__(self) -> datetime:
        return self.now

    def go(self, **passed: float) -> None:
        self.now += timedelta(**passed)


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("empty") / "o.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def moment() -> Moment:
    return Moment()


@pytest.fixture
def store(empty: Path, tmp_path: Path) -> StaffSql:
    shutil.copy(empty, tmp_path / "o.db")
    return StaffSql(connect(f"sqlite:///{tmp_path / 'o.db'}"))


@pytest.fixture
def staff(store: StaffSql, moment: Moment) -> Staff:
    made = Staff(store, moment, Passwords(CHEAP))
    for login, role in (("ewa", "consultant"), ("rena", "editor"), ("karol", "supervisor"), ("szef", "administrator")):
        made.people.add(By("@cli"), login, role, password=PASSWORD, must_change=False)
    return made


def enter(staff: Staff, login: str = "ewa", password: str = PASSWORD) -> str:
    entered = staff.sign_in(login, password, "10.0.0.9")
    assert entered.outcome == "ok"
    return entered.token


def person(staff: Staff, token: str) -> Person:
    found = staff.person(token)
    assert found is not None
    return found
