"""Coming in and going out: the password, the second factor, the session. Every act is written into the audit log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, Optional

from bot.errors import TemporaryError
from bot.staff.audit import NOBODY, AuditLog, Entry
from bot.staff.lockout import Guard, LockedError
from bot.staff.model import LOGIN, Account, By, Person, StaffStore, as_login
from bot.staff.own import Own
from bot.staff.passwords import Passwords
from bot.staff.people import People
from bot.staff.proof import second_right
from bot.staff.sessions import Session, Way, is_alive, is_due, new_token, token_hash

FORGET_AFTER = timedelta(days=1)


@dataclass(frozen=True)
class Entered:
    """What came of trying to come in; ``token`` is for the person's cookie (ok, needs_totp), ``until`` for locked."""

    outcome: Literal["ok", "needs_totp", "refused", "locked"]
    token: str = ""
    until: Optional[datetime] = None


class Staff:
    """The people behind the window. ``own``: what a person does with the own account; ``people``: administrators' acts."""

    def __init__(self, store: StaffStore, now: Callable[[], datetime], passwords: Passwords | None = None) -> None:
        self._store = store
        self.log: AuditLog = store
        self._now = now
        self._passwords = passwords or Passwords()
        self._guard = Guard(store, now)
        self.own = Own(store, now, self._passwords, self._guard)
        self.people = People(store, now, self._passwords)

    def sign_in(self, login: str, password: str, address: str) -> Entered:
        """With login and password. An unknown login, a wrong password and a disabled account look and last the same."""
        login = as_login(login)
        account = self._store.account(login) if LOGIN.match(login) else None
        by = By(account.login if account else NOBODY, address)
        try:
            attempt = self._guard.begin(login)
        except LockedError as locked:
            self._note(by, "sign_in_locked")
            return Entered("locked", until=locked.until)
        if account is None:
            self._passwords.fits_nobody(password)
        if account is None or not self._passwords.fits(account.password_hash, password) or not account.active:
            self._note(by, "sign_in_refused")
            return Entered("refused")
        self._guard.right(attempt)
        return self._let_in(self._rehashed(account, password), "password", address)

    def sign_in_known(self, subject: str, email: str | None, address: str) -> Entered:
        """As whom an outside provider vouches for: by its subject, or, the first time, by an e-mail that it has verified.

        No account is made: an administrator made it beforehand.
        """
        account = self._vouched(subject, email)
        if account is None or not account.active:
            self._note(By(account.login if account else NOBODY, address), "sign_in_refused", way="oidc")
            return Entered("refused")
        if account.oidc_subject is None:
            bound = replace(account, oidc_subject=subject)
            if not self._store.change(account, bound, self._entry(By(account.login, address), "identity_bound", account.login)):
                raise TemporaryError("Konto właśnie się zmienia. Spróbuj jeszcze raz.")
            account = bound
        return self._let_in(account, "oidc", address)

    def awaits_second(self, token: str) -> bool:
        """Whether the holder of the token has still to show the second factor."""
        return self._second_session(token) is not None

    def second_factor(self, token: str, code: str, address: str) -> Entered:
        """With a code of the application or a recovery code; a new token comes back."""
        found = self._second_session(token)
        if found is None:
            return Entered("refused")
        session, account = found
        by = By(account.login, address)
        try:
            attempt = self._guard.begin(account.login)
        except LockedError as locked:
            self._note(by, "sign_in_locked")
            return Entered("locked", until=locked.until)
        after = second_right(account, code, self._now())
        used = self._entry(by, "recovery_used", account.login, left=str(len(after.recovery))) if after and after.recovery != account.recovery else None
        if after is None or not self._store.change(account, after, used):
            self._note(by, "second_refused")
            return Entered("refused")
        self._guard.right(attempt)
        return self._open(after, session.way, address, instead=session.hash)

    def sign_out(self, token: str, address: str) -> None:
        """End the session, if there is one."""
        found = self._store.session(token_hash(token))
        if found is not None:
            self._store.end_session(found[0].hash, self._entry(By(found[0].login, address), "sign_out"))

    def person(self, token: str) -> Person | None:
        """Who holds the token: the account must be active, the session open and within its limits."""
        found = self._holder(token)
        if found is not None and is_due(found.session, self._now()):
            self._store.touch(found.session.hash, self._now())
        return found

    def is_in(self, token: str) -> bool:
        """Whether the holder is still signed in; to ask does not keep the session alive."""
        return self._holder(token) is not None

    def _holder(self, token: str) -> Person | None:
        found = self._store.session(token_hash(token)) if token else None
        if found is None:
            return None
        session, account = found
        if session.stage != "open" or not account.active or not is_alive(session, self._now()):
            return None
        return Person(account, session)

    def record(self, by: By, action: str, what: str = "", **detail: str) -> None:
        """Write an act done elsewhere in the console into the audit log; ``detail`` without personal data."""
        self._store.append(self._entry(by, action, what, **detail))

    def _second_session(self, token: str) -> tuple[Session, Account] | None:
        found = self._store.session(token_hash(token)) if token else None
        if found is None or found[0].stage != "second" or not found[1].active or not is_alive(found[0], self._now()):
            return None
        return found

    def _let_in(self, account: Account, way: Way, address: str) -> Entered:
        if not account.totp_secret:
            return self._open(account, way, address)
        now, token = self._now(), new_token()
        session = Session(token_hash(token), account.login, "second", way, now, now)
        self._store.open_session(session, self._entry(By(account.login, address), "first_factor", way=way))
        return Entered("needs_totp", token)

    def _open(self, account: Account, way: Way, address: str, instead: str = "") -> Entered:
        """Only now are earlier failures forgiven: a known password must not give new tries at the second factor."""
        now, token = self._now(), new_token()
        self._guard.forgive(account.login)
        self._store.forget(now - FORGET_AFTER)
        session = Session(token_hash(token), account.login, "open", way, now, now)
        self._store.open_session(session, self._entry(By(account.login, address), "sign_in", way=way), instead)
        return Entered("ok", token)

    def _rehashed(self, account: Account, password: str) -> Account:
        if not self._passwords.outdated(account.password_hash):
            return account
        after = replace(account, password_hash=self._passwords.hash(password))
        return after if self._store.change(account, after, None) else account

    def _vouched(self, subject: str, email: str | None) -> Account | None:
        accounts = self._store.accounts()
        bound = [account for account in accounts if account.oidc_subject == subject]
        if bound:
            return bound[0]
        named = [account for account in accounts if email and account.email.lower() == email.lower()]
        return named[0] if len(named) == 1 and named[0].oidc_subject is None else None

    def _note(self, by: By, action: str, **detail: str) -> None:
        self._store.append(self._entry(by, action, **detail))

    def _entry(self, by: By, action: str, what: str = "", **detail: str) -> Entry:
        return Entry(self._now(), by.login, action, what, detail, by.address)
