"""Accounts of staff, what each role may do, and where all this is kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Optional, Protocol, get_args

from bot.staff.audit import AuditLog, Entry
from bot.staff.sessions import Session, Way

Role = Literal["consultant", "editor", "supervisor", "administrator"]
ROLES: tuple[Role, ...] = get_args(Role)
Permission = Literal["tickets", "knowledge_proposals", "measures", "users", "audit", "settings"]
PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    "consultant": frozenset({"tickets"}),
    "editor": frozenset({"tickets", "knowledge_proposals"}),
    "supervisor": frozenset({"tickets", "measures", "audit"}),
    "administrator": frozenset(get_args(Permission)),
}
"""What each role may do; every role may do what a consultant may."""
LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,59}\Z")


def as_login(typed: str) -> str:
    """A login as it is kept: small letters, no spaces around."""
    return typed.strip().lower()[:60]


@dataclass(frozen=True)
class Account:
    """A person's account as kept; what is secret in it is never shown."""

    login: str
    password_hash: str
    role: Role
    active: bool
    created_at: datetime
    name: str = ""
    email: str = ""
    oidc_subject: Optional[str] = None
    must_change: bool = False
    totp_secret: Optional[str] = None
    totp_last: int = 0
    """The last 30-second step whose code was used."""
    recovery: tuple[str, ...] = ()
    """Hashes of the recovery codes that were not used yet."""


@dataclass(frozen=True)
class Person:
    """Somebody signed in: the account and the session."""

    account: Account
    session: Session

    @property
    def login(self) -> str:
        """Who it is."""
        return self.account.login

    @property
    def role(self) -> Role:
        """What they are."""
        return self.account.role

    @property
    def way(self) -> Way:
        """How they came in."""
        return self.session.way

    @property
    def must_change(self) -> bool:
        """Whether nothing else may be done before the password is changed."""
        return self.account.must_change and self.session.way == "password"

    def may(self, permission: Permission) -> bool:
        """Whether the role allows it."""
        return permission in PERMISSIONS[self.account.role]


@dataclass(frozen=True)
class By:
    """Who does an act, and from which network address; for the audit log."""

    login: str
    address: str = "-"


class StaffStore(AuditLog, Protocol):
    """Where accounts, sessions and tries are kept. An act and its audit entry are kept together or not at all."""

    def account(self, login: str) -> Account | None:
        """The account with this login."""

    def accounts(self) -> list[Account]:
        """Every account, by login."""

    def add_account(self, account: Account, entry: Entry) -> bool:
        """A new account; False when the login or the subject is taken."""

    def change(self, before: Account, after: Account, entry: Entry | None, *, ends: bool = False, keep: str = "") -> bool:
        """Put ``after`` in the place of ``before``; False when the account is no longer as it was.

        ``ends`` ends the person's sessions but the one whose hash is ``keep``.
        """

    def open_session(self, session: Session, entry: Entry, instead: str = "") -> None:
        """A new session, in the place of the one whose hash is ``instead``."""

    def session(self, session_hash: str) -> tuple[Session, Account] | None:
        """A session with its account; it may have expired."""

    def touch(self, session_hash: str, now: datetime) -> None:
        """The session was used now."""

    def set_pending(self, session_hash: str, secret: str | None) -> None:
        """Keep a TOTP secret that was not confirmed yet beside the session, or forget it."""

    def end_session(self, session_hash: str, entry: Entry | None) -> None:
        """No longer signed in."""

    def add_try(self, key: str, name: str, now: datetime) -> list[datetime]:
        """Keep a try as failed until it is known to be right; the times of the tries before it."""

    def drop_try(self, name: str) -> None:
        """That try was right, or does not count."""

    def drop_tries(self, key: str) -> None:
        """Forget every try with this key."""

    def forget(self, before: datetime) -> None:
        """Forget tries, and sessions not used, since then."""
