"""Whether a second factor is right, and how the account looks once it is used."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.staff.model import Account
from bot.staff.totp import matching_step, without_code


def second_right(account: Account, typed: str, now: datetime) -> Account | None:
    """The account after this code is used, to be kept in the place of the one before; None when the code is wrong or was used."""
    step = matching_step(account.totp_secret, typed, now, account.totp_last) if account.totp_secret else None
    if step is not None:
        return replace(account, totp_last=step)
    left = without_code(account.login, account.recovery, typed)
    return replace(account, recovery=left) if left is not None else None
