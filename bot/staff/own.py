"""What a person does with the own account: the password, the second factor, its recovery codes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.errors import UsageError
from bot.staff.audit import Entry
from bot.staff.lockout import Guard
from bot.staff.model import Account, Person, StaffStore
from bot.staff.passwords import Passwords, check_new
from bot.staff.proof import second_right
from bot.staff.totp import code_hash, matching_step, new_codes, new_secret

CHANGED_MEANWHILE = "Konto zmieniło się w tej chwili gdzie indziej. Otwórz stronę jeszcze raz."
WRONG_CODE = "Ten kod jest zły albo już użyty. Poczekaj na następny i spróbuj jeszcze raz."


class Own:
    """Acts of a signed-in person. Each raises UsageError with a sentence, and LockedError after too many wrong tries."""

    def __init__(self, store: StaffStore, now: Callable[[], datetime], passwords: Passwords, guard: Guard) -> None:
        self._store = store
        self._now = now
        self._passwords = passwords
        self._guard = guard

    def change_password(self, person: Person, present: str, new: str, address: str) -> None:
        """Ends every other session of the person."""
        attempt = self._guard.begin(person.login)
        if not self._passwords.fits(person.account.password_hash, present):
            raise UsageError("Dotychczasowe hasło jest inne.")
        self._guard.right(attempt)
        check_new(new, person.login)
        if present == new:
            raise UsageError("Nowe hasło ma być inne niż dotychczasowe.")
        after = replace(person.account, password_hash=self._passwords.hash(new), must_change=False)
        self._change(person, after, "password_changed", address, ends=True)

    def start_totp(self, person: Person) -> None:
        """Offer a secret; it counts once a code made with it is shown."""
        if person.account.totp_secret:
            raise UsageError("Drugi składnik jest już włączony.")
        self._store.set_pending(person.session.hash, new_secret())

    def confirm_totp(self, person: Person, code: str, address: str) -> list[str]:
        """Switch the second factor on; the recovery codes, to be shown once."""
        secret = person.session.pending
        if not secret or person.account.totp_secret:
            raise UsageError("Zacznij włączanie drugiego składnika od początku.")
        step = matching_step(secret, code, self._now())
        if step is None:
            raise UsageError("Ten kod jest zły. Sprawdź, czy zegar telefonu idzie dobrze, i wpisz następny.")
        codes = new_codes()
        after = replace(person.account, totp_secret=secret, totp_last=step, recovery=_hashes(person.account, codes))
        self._change(person, after, "totp_on", address, ends=True)
        self._store.set_pending(person.session.hash, None)
        return codes

    def disable_totp(self, person: Person, code: str, address: str) -> None:
        """Switch the second factor off, with a code of it."""
        self._prove(person, code)
        self._change(person, replace(person.account, totp_secret=None, totp_last=0, recovery=()), "totp_off", address)

    def renew_codes(self, person: Person, code: str, address: str) -> list[str]:
        """New recovery codes in the place of the old, with a code of the application; to be shown once."""
        proven = self._prove(person, code)
        codes = new_codes()
        self._change(person, replace(proven, recovery=_hashes(person.account, codes)), "recovery_renewed", address)
        return codes

    def _prove(self, person: Person, code: str) -> Account:
        attempt = self._guard.begin(person.login)
        after = second_right(person.account, code, self._now())
        if after is None:
            raise UsageError(WRONG_CODE)
        self._guard.right(attempt)
        return after

    def _change(self, person: Person, after: Account, action: str, address: str, *, ends: bool = False) -> None:
        entry = Entry(self._now(), person.login, action, person.login, {}, address)
        if not self._store.change(person.account, after, entry, ends=ends, keep=person.session.hash):
            raise UsageError(CHANGED_MEANWHILE)


def _hashes(account: Account, codes: list[str]) -> tuple[str, ...]:
    return tuple(code_hash(account.login, code) for code in codes)
