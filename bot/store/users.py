"""Staff accounts on SQL."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError

from bot.store.tables import users


@dataclass(frozen=True)
class User:
    """A person with access to the console."""

    login: str
    role: str
    active: bool


class UserStore:
    """Who may enter; passwords are kept as argon2id hashes made by the caller."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, login: str, password_hash: str, role: str) -> bool:
        """A new account; False when the login is taken."""
        row = {"login": login, "password_hash": password_hash, "role": role, "active": True, "created_at": datetime.utcnow()}
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(users).values(**row))
        except IntegrityError:
            return False
        return True

    def all(self) -> list[User]:
        """Every account."""
        with self._engine.begin() as connection:
            return [User(row.login, row.role, row.active) for row in connection.execute(select(users).order_by(users.c.login))]

    def set_active(self, login: str, active: bool) -> bool:
        """Give or take access; False when there is no such account."""
        with self._engine.begin() as connection:
            return connection.execute(update(users).where(users.c.login == login).values(active=active)).rowcount == 1
