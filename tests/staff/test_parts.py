"""The parts alone: roles, passwords, the lock, codes, sessions' limits, the chain of the audit log."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pyotp
import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import UsageError
from bot.staff.audit import START, Entry, Row, as_csv, digest, verify
from bot.staff.lockout import FAILURES, LOCKED, WINDOW, locked_until
from bot.staff.model import PERMISSIONS, ROLES, as_login
from bot.staff.passwords import Passwords, check_new, new_password
from bot.staff.sessions import Session, form_is_ours, form_token, is_alive, is_due, new_token, token_hash
from bot.staff.totp import code_hash, matching_step, new_codes, new_secret, uri, without_code
from tests.staff.conftest import CHEAP

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=timezone.utc)


def minutes(*back: float) -> list[datetime]:
    return [NOW - timedelta(minutes=each) for each in back]


def test_every_role_may_what_a_consultant_may_and_only_administrators_manage_people() -> None:
    assert all(PERMISSIONS["consultant"] <= PERMISSIONS[role] for role in ROLES)
    assert [role for role in ROLES if "users" in PERMISSIONS[role]] == ["administrator"]
    assert [role for role in ROLES if "audit" in PERMISSIONS[role]] == ["supervisor", "administrator"]
    assert as_login("  Ewa ") == "ewa"


def test_passwords_are_argon2id_checked_and_made_anew_when_the_cost_changes() -> None:
    passwords = Passwords(CHEAP)
    kept = passwords.hash("zażółć gęślą jaźń")
    assert kept.startswith("$argon2id$")
    assert passwords.fits(kept, "zażółć gęślą jaźń")
    assert passwords.fits(kept, "zaz\u0307o\u0301łc\u0301 ge\u0328s\u0301la\u0328 jaz\u0301n\u0301")
    assert not passwords.fits(kept, "zażółć gęślą jaźn")
    assert not passwords.fits("nonsense", "zażółć")
    assert not passwords.outdated(kept)
    assert Passwords(PasswordHasher(time_cost=2, memory_cost=8, parallelism=1)).outdated(kept)


@pytest.mark.parametrize("password", ["krótkie", "a" * 12, "ewa.nowak-123", "x1y2" * 60])
def test_a_new_password_is_long_and_not_the_login(password: str) -> None:
    with pytest.raises(UsageError):
        check_new(password, "ewa.nowak")
    check_new(new_password(), "ewa.nowak")


@pytest.mark.parametrize(
    ("back", "until"),
    [((1, 2, 3, 4), None), ((1, 2, 3, 4, 5), 14), ((1, 2, 3, 4, 17), None), ((14.9, 14.9, 14.9, 14.9, 14.9), 0.1), ((15, 16, 17, 18, 19), None),
     ((1, 20, 21, 22, 23, 24), None), ((5, 6, 7, 8, 9, 30), 10)],
)  # fmt: skip
def test_five_failures_in_a_quarter_lock_for_a_quarter(back: tuple[float, ...], until: float | None) -> None:
    expected = None if until is None else NOW + timedelta(minutes=until)
    assert locked_until(minutes(*back), NOW) == expected


@given(st.lists(st.integers(0, 7200), max_size=30))
def test_the_lock_always_ends_and_needs_five_failures(seconds: list[int]) -> None:
    failures = [NOW - timedelta(seconds=each) for each in seconds]
    until = locked_until(failures, NOW)
    if until is not None:
        assert NOW < until <= NOW + LOCKED
        assert sum(NOW - each < WINDOW + LOCKED for each in failures) >= FAILURES
    assert locked_until(failures, NOW + LOCKED) is None


def test_a_code_of_the_application_is_good_a_step_around_and_once() -> None:
    secret = new_secret()
    step = int(NOW.timestamp()) // 30
    codes = {shift: pyotp.TOTP(secret).at(NOW + timedelta(seconds=30 * shift)) for shift in (-2, -1, 0, 1, 2)}
    assert [matching_step(secret, codes[shift], NOW) for shift in (-1, 0, 1)] == [step - 1, step, step + 1]
    assert matching_step(secret, codes[-2], NOW) is None or codes[-2] in (codes[-1], codes[0], codes[1])
    assert matching_step(secret, f" {codes[0][:3]} {codes[0][3:]} ", NOW) == step
    assert matching_step(secret, codes[0], NOW, last=step) is None
    assert all(matching_step(secret, wrong, NOW) is None for wrong in ("", "12345", "ąęśćńó", "1" * 200))
    assert uri(secret, "ewa").startswith("otpauth://totp/Okienko:ewa?secret=")


def test_recovery_codes_are_eight_and_each_goes_out_once() -> None:
    codes = new_codes()
    kept = tuple(code_hash("ewa", code) for code in codes)
    assert len(set(kept)) == 8
    left = without_code("ewa", kept, codes[3].upper().replace("-", " "))
    assert left is not None
    assert len(left) == 7
    assert without_code("ewa", left, codes[3]) is None
    assert without_code("jan", kept, codes[0]) is None


def test_a_session_ends_idle_and_in_the_end_whatever_happens() -> None:
    session = Session("h", "ewa", "open", "password", NOW, NOW)
    assert is_alive(session, NOW + timedelta(minutes=29))
    assert not is_alive(session, NOW + timedelta(minutes=30))
    used = replace(session, seen_at=NOW + timedelta(hours=9, minutes=50))
    assert is_alive(used, NOW + timedelta(hours=9, minutes=59))
    assert not is_alive(used, NOW + timedelta(hours=10))
    assert not is_alive(replace(session, stage="second"), NOW + timedelta(minutes=10))
    assert is_due(session, NOW + timedelta(minutes=1))
    assert not is_due(session, NOW + timedelta(seconds=59))


def test_a_form_is_bound_to_its_session() -> None:
    one, other = new_token(), new_token()
    assert len(one) >= 43
    assert token_hash(one) != token_hash(other)
    assert form_is_ours(one, form_token(one))
    assert not form_is_ours(one, form_token(other))
    assert not form_is_ours(one, "")
    assert not form_is_ours("", form_token(""))
    assert not form_is_ours(one, "ą")


def chain(length: int) -> list[Row]:
    rows: list[Row] = []
    for seq in range(1, length + 1):
        entry = Entry(NOW + timedelta(seconds=seq), "szef", "role_changed", "ewa", {"after": "editor"}, "10.0.0.1")
        rows.append(Row(seq, entry, digest(rows[-1].hash if rows else START, seq, entry)))
    return rows


def test_the_chain_tells_where_it_is_broken() -> None:
    rows = chain(6)
    assert verify(rows).good == 6
    assert verify(rows).broken is None
    assert verify([]).head == START
    for name, value in (("actor", "ewa"), ("action", "enabled"), ("object", "jan"), ("detail", {}), ("address", "-"), ("at", NOW)):
        touched = replace(rows[3], entry=replace(rows[3].entry, **{name: value}))
        assert verify([*rows[:3], touched, *rows[4:]]).broken == 4, name
        rehashed = replace(touched, hash=digest(rows[2].hash, 4, touched.entry))
        assert verify([*rows[:3], rehashed, *rows[4:]]).broken == 5
    assert verify([*rows[:2], *rows[3:]]).broken == 3
    assert verify([rows[1], rows[0], *rows[2:]]).broken == 1


def test_the_table_for_spreadsheets_holds_no_formulas() -> None:
    entry = Entry(NOW, "=cmd()", "sign_in", "-", {"a": "ż, \"ó\""}, "10.0.0.1")
    header, row = csv.reader(io.StringIO(as_csv([Row(1, entry, "f" * 64)])))
    assert header[2] == "kto"
    assert row[:5] == ["1", "2026-11-24T12:00:00+00:00", "'=cmd()", "sign_in", "-"]
    assert row[5] == '{"a": "ż, \\"ó\\""}'
