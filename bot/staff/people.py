"""What administrators do with accounts; also for ``okienko users``."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.errors import NotAllowedError, UsageError
from bot.staff.audit import Entry
from bot.staff.model import LOGIN, ROLES, Account, By, Role, StaffStore, as_login
from bot.staff.passwords import Passwords, check_new, new_password

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+\Z")
_LONGEST = 120


class People:
    """Accounts. Each act raises UsageError with a sentence, and NotAllowedError when there is no such account."""

    def __init__(self, store: StaffStore, now: Callable[[], datetime], passwords: Passwords) -> None:
        self._store = store
        self._now = now
        self._passwords = passwords

    def all(self) -> list[Account]:
        """Every account, by login."""
        return self._store.accounts()

    def add(
        self, by: By, login: str, role: str, *, name: str = "", email: str = "", subject: str = "", password: str | None = None, must_change: bool = True
    ) -> str:
        """A new account; its password, ours when none is given, to be handed on once."""
        login = as_login(login)
        if not LOGIN.match(login):
            raise UsageError("Login ma mieć od 2 do 60 znaków: małe litery bez ogonków, cyfry, kropka, kreska; zaczyna się literą albo cyfrą.")
        if password is not None:
            check_new(password, login)
        given = password if password is not None else new_password()
        blank = Account(login, self._passwords.hash(given), _role(role), True, self._now(), must_change=must_change)
        account = _identified(blank, name, email, subject)
        if not self._store.add_account(account, self._entry(by, "account_added", login, role=role)):
            raise UsageError(f"Osoba „{login}” albo jej identyfikator u dostawcy już jest.")
        return given

    def set_role(self, by: By, login: str, role: str) -> None:
        """What the person may do from now on."""
        account = self._other(by, login)
        self._change(account, replace(account, role=_role(role)), self._entry(by, "role_changed", account.login, before=account.role, after=role))

    def set_active(self, by: By, login: str, active: bool) -> None:
        """Give access back, or take it and end every session of the person."""
        account = self._other(by, login)
        self._change(account, replace(account, active=active), self._entry(by, "enabled" if active else "disabled", account.login), ends=not active)

    def reset_password(self, by: By, login: str, password: str | None = None, *, must_change: bool = True) -> str:
        """A new password, ours when none is given, to be handed on once; ends every session of the person."""
        account = self._account(login)
        if password is not None:
            check_new(password, account.login)
        given = password if password is not None else new_password()
        after = replace(account, password_hash=self._passwords.hash(given), must_change=must_change)
        self._change(account, after, self._entry(by, "password_reset", account.login), ends=True)
        return given

    def reset_totp(self, by: By, login: str) -> None:
        """For a person who lost the telephone and the recovery codes; ends every session of the person."""
        account = self._account(login)
        after = replace(account, totp_secret=None, totp_last=0, recovery=())
        self._change(account, after, self._entry(by, "totp_reset", account.login), ends=True)

    def set_identity(self, by: By, login: str, name: str, email: str, subject: str) -> None:
        """The name, and by what an outside provider knows the person."""
        account = self._account(login)
        taken = [other.login for other in self._store.accounts() if subject and other.oidc_subject == subject and other.login != account.login]
        if taken:
            raise UsageError(f"Ten identyfikator u dostawcy ma już konto „{taken[0]}”.")
        self._change(account, _identified(account, name, email, subject), self._entry(by, "identity_changed", account.login))

    def _account(self, login: str) -> Account:
        account = self._store.account(as_login(login))
        if account is None:
            raise NotAllowedError(f"Nie ma osoby „{login}”.")
        return account

    def _other(self, by: By, login: str) -> Account:
        """Nobody takes the own access: an administrator must remain."""
        account = self._account(login)
        if account.login == by.login:
            raise UsageError("Nie możesz zmienić roli ani dostępu sobie. Poproś o to innego administratora.")
        return account

    def _change(self, before: Account, after: Account, entry: Entry, *, ends: bool = False) -> None:
        if not self._store.change(before, after, entry, ends=ends):
            raise UsageError("To konto zmieniło się w tej chwili gdzie indziej. Spróbuj jeszcze raz.")

    def _entry(self, by: By, action: str, login: str, **detail: str) -> Entry:
        return Entry(self._now(), by.login, action, login, detail, by.address)


def _role(named: str) -> Role:
    for role in ROLES:
        if role == named:
            return role
    raise UsageError(f"Nie ma roli „{named}”. Role: {', '.join(ROLES)}.")


def _identified(account: Account, name: str, email: str, subject: str) -> Account:
    name, email, subject = name.strip(), email.strip(), subject.strip()
    if email and not _EMAIL.match(email):
        raise UsageError("Adres e-mail ma mieć postać osoba@urzad.pl.")
    if not (name + email + subject).isprintable():
        raise UsageError("Nazwisko, e-mail i identyfikator mają mieć tylko zwykłe znaki.")
    if max(len(name), len(email), len(subject)) > _LONGEST:
        raise UsageError(f"Nazwisko, e-mail i identyfikator mają mieć najwyżej {_LONGEST} znaków.")
    return replace(account, name=name, email=email, oidc_subject=subject or None)
