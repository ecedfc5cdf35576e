"""Coming in, the second factor, sessions, the own account and administrators' acts, as they are kept and written down."""

from __future__ import annotations

import threading
from datetime import timedelta

import pyotp
import pytest
from argon2 import PasswordHasher

from bot.errors import NotAllowedError, UsageError
from bot.staff.audit import NOBODY, Query
from bot.staff.lockout import LockedError
from bot.staff.model import By
from bot.staff.passwords import Passwords
from bot.staff.service import Staff
from bot.store.staff import StaffSql
from tests.staff.conftest import ADMIN, CHEAP, PASSWORD, Moment, enter, person


class Watched(Passwords):
    """Counts the checks made for nobody."""

    def __init__(self) -> None:
        super().__init__(CHEAP)
        self.for_nobody = 0

    def fits_nobody(self, password: str) -> None:
        self.for_nobody += 1
        super().fits_nobody(password)


def acts(staff: Staff) -> list[tuple[str, str, str]]:
    return [(row.entry.actor, row.entry.action, row.entry.object) for row in staff.log.rows(Query(), 20)]


def code(secret: str, moment: Moment) -> str:
    return pyotp.TOTP(secret).at(moment.now)


def with_totp(staff: Staff, moment: Moment, login: str = "ewa") -> tuple[str, list[str], str]:
    """Switched on: the secret, the recovery codes, the session's token."""
    token = enter(staff, login)
    staff.own.start_totp(person(staff, token))
    secret = person(staff, token).session.pending
    assert secret
    codes = staff.own.confirm_totp(person(staff, token), code(secret, moment), "10.0.0.9")
    moment.go(seconds=90)
    return secret, codes, token


def test_a_person_comes_in_and_goes_out(staff: Staff) -> None:
    token = enter(staff, " EWA ")
    assert person(staff, token).login == "ewa"
    assert staff.person("") is staff.person("other") is None
    staff.sign_out(token, "10.0.0.9")
    assert staff.person(token) is None
    assert acts(staff)[:2] == [("ewa", "sign_out", ""), ("ewa", "sign_in", "")]


def test_an_unknown_login_costs_a_check_too_and_is_not_written_down(store: StaffSql, moment: Moment) -> None:
    passwords = Watched()
    staff = Staff(store, moment, passwords)
    staff.people.add(By("@cli"), "ewa", "consultant", password=PASSWORD)
    assert staff.sign_in("moje-tajne-hasło", "x", "-").outcome == "refused"
    assert passwords.for_nobody == 1
    assert staff.sign_in("ewa", "x", "-").outcome == "refused"
    assert passwords.for_nobody == 1
    assert staff.sign_in("e\0wa", "x", "-").outcome == "refused"
    assert acts(staff)[0][0] == NOBODY
    assert "moje" not in str([row for row in staff.log.every_row()])


def test_five_failures_lock_the_login_and_time_opens_it(staff: Staff, moment: Moment) -> None:
    for login in ("ewa", "nikt"):
        assert [staff.sign_in(login, "złe", "-").outcome for _ in range(6)] == ["refused"] * 5 + ["locked"]
        moment.go(minutes=1)
    assert staff.sign_in("ewa", PASSWORD, "-").outcome == "locked"
    assert staff.sign_in("szef", PASSWORD, "-").outcome == "ok"
    moment.go(minutes=14)
    assert staff.sign_in("ewa", PASSWORD, "-").outcome == "ok"
    assert staff.sign_in("ewa", "złe", "-").outcome == "refused"


def test_of_many_tries_at_once_no_more_than_five_are_looked_at(staff: Staff) -> None:
    outcomes: list[str] = []
    threads = [threading.Thread(target=lambda: outcomes.append(staff.sign_in("ewa", "złe", "-").outcome)) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == 12
    assert outcomes.count("refused") <= 5


def test_a_session_is_written_at_most_once_a_minute_and_ends(staff: Staff, moment: Moment) -> None:
    token = enter(staff)
    began = moment.now
    moment.go(seconds=59)
    person(staff, token)
    assert person(staff, token).session.seen_at == began
    moment.go(seconds=1)
    person(staff, token)
    assert person(staff, token).session.seen_at == moment.now
    for _ in range(24):
        moment.go(minutes=24)
        person(staff, token)
    moment.go(minutes=24)
    assert staff.person(token) is None
    token = enter(staff)
    moment.go(minutes=30)
    assert staff.person(token) is None


def test_the_hash_is_made_anew_at_the_cost_in_force(store: StaffSql, staff: Staff, moment: Moment) -> None:
    before = store.account("ewa")
    dearer = Staff(store, moment, Passwords(PasswordHasher(time_cost=2, memory_cost=8, parallelism=1)))
    enter(dearer)
    after = store.account("ewa")
    assert before and after
    assert "t=2" in after.password_hash
    enter(dearer)


def test_the_second_factor_is_asked_for_and_no_code_works_twice(staff: Staff, moment: Moment) -> None:
    secret, _, _ = with_totp(staff, moment)
    first = staff.sign_in("ewa", PASSWORD, "-")
    assert first.outcome == "needs_totp"
    assert staff.person(first.token) is None
    assert staff.awaits_second(first.token)
    assert staff.second_factor(first.token, "000000", "-").outcome == "refused"
    done = staff.second_factor(first.token, code(secret, moment), "-")
    assert done.outcome == "ok"
    assert done.token != first.token
    assert person(staff, done.token).login == "ewa"
    assert staff.second_factor(first.token, code(secret, moment), "-").outcome == "refused"
    again = staff.sign_in("ewa", PASSWORD, "-")
    assert staff.second_factor(again.token, code(secret, moment), "-").outcome == "refused"
    moment.go(seconds=30)
    assert staff.second_factor(again.token, code(secret, moment), "-").outcome == "ok"


def test_one_code_shown_twice_at_once_lets_one_in(staff: Staff, moment: Moment) -> None:
    secret, _, _ = with_totp(staff, moment)
    tokens = [staff.sign_in("ewa", PASSWORD, "-").token for _ in range(2)]
    outcomes: list[str] = []
    threads = [threading.Thread(target=lambda token=token: outcomes.append(staff.second_factor(token, code(secret, moment), "-").outcome)) for token in tokens]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["ok", "refused"]


def test_a_known_password_gives_no_new_tries_at_the_second_factor(staff: Staff, moment: Moment) -> None:
    with_totp(staff, moment)
    for _ in range(5):
        token = staff.sign_in("ewa", PASSWORD, "-").token
        assert staff.second_factor(token, "000000", "-").outcome == "refused"
    assert staff.second_factor(token, "000000", "-").outcome == "locked"
    assert staff.sign_in("ewa", PASSWORD, "-").outcome == "locked"


def test_the_second_factor_is_not_awaited_for_long(staff: Staff, moment: Moment) -> None:
    secret, _, _ = with_totp(staff, moment)
    token = staff.sign_in("ewa", PASSWORD, "-").token
    moment.go(minutes=10)
    assert not staff.awaits_second(token)
    assert staff.second_factor(token, code(secret, moment), "-").outcome == "refused"


def test_a_recovery_code_lets_in_once(staff: Staff, moment: Moment) -> None:
    _, codes, _ = with_totp(staff, moment)
    assert len(codes) == 8
    assert staff.second_factor(staff.sign_in("ewa", PASSWORD, "-").token, codes[0], "-").outcome == "ok"
    assert ("ewa", "recovery_used", "ewa") in acts(staff)
    assert staff.second_factor(staff.sign_in("ewa", PASSWORD, "-").token, codes[0], "-").outcome == "refused"
    assert staff.second_factor(staff.sign_in("ewa", PASSWORD, "-").token, codes[1], "-").outcome == "ok"


def test_switching_the_second_factor_needs_codes(staff: Staff, moment: Moment) -> None:
    secret, codes, token = with_totp(staff, moment)
    with pytest.raises(UsageError):
        staff.own.disable_totp(person(staff, token), "000000", "-")
    new = staff.own.renew_codes(person(staff, token), code(secret, moment), "-")
    assert not set(new) & set(codes)
    with pytest.raises(UsageError):
        staff.own.disable_totp(person(staff, token), code(secret, moment), "-")
    staff.own.disable_totp(person(staff, token), new[0], "-")
    assert enter(staff)
    with pytest.raises(UsageError):
        staff.own.confirm_totp(person(staff, token), code(secret, moment), "-")


def test_the_own_password_is_changed_with_the_present_one_and_ends_other_sessions(staff: Staff) -> None:
    here, elsewhere = enter(staff), enter(staff)
    for present, new in (("złe", "całkiem-nowe-hasło"), (PASSWORD, "krótkie"), (PASSWORD, PASSWORD)):
        with pytest.raises(UsageError):
            staff.own.change_password(person(staff, here), present, new, "-")
    staff.own.change_password(person(staff, here), PASSWORD, "całkiem-nowe-hasło", "-")
    assert staff.person(elsewhere) is None
    assert person(staff, here)
    assert staff.sign_in("ewa", PASSWORD, "-").outcome == "refused"
    enter(staff, password="całkiem-nowe-hasło")


def test_guessing_the_own_password_locks_too(staff: Staff) -> None:
    token = enter(staff)
    for _ in range(5):
        with pytest.raises(UsageError):
            staff.own.change_password(person(staff, token), "złe", "całkiem-nowe-hasło", "-")
    with pytest.raises(LockedError):
        staff.own.change_password(person(staff, token), PASSWORD, "całkiem-nowe-hasło", "-")


def test_administrators_act_and_every_act_is_written_down(staff: Staff, moment: Moment) -> None:
    people = staff.people
    given = people.add(ADMIN, "Nowa", "consultant", name="Nowa Osoba", email="nowa@zus.example")
    token = enter(staff, "nowa", given)
    assert person(staff, token).must_change
    people.set_role(ADMIN, "nowa", "editor")
    assert person(staff, token).role == "editor"
    people.set_active(ADMIN, "nowa", False)
    assert staff.person(token) is None
    assert staff.sign_in("nowa", given, "-").outcome == "refused"
    people.set_active(ADMIN, "nowa", True)
    assert staff.person(token) is None
    other = people.reset_password(ADMIN, "nowa")
    assert other != given
    people.reset_totp(ADMIN, "nowa")
    people.set_identity(ADMIN, "nowa", "Inna", "", "sub-1")
    wanted = ["identity_changed", "totp_reset", "password_reset", "enabled", "disabled", "role_changed", "account_added"]
    assert [action for actor, action, what in acts(staff) if what == "nowa" and actor == "szef"] == wanted
    entry = staff.log.rows(Query(action="role_changed"), 1)[0].entry
    assert (entry.detail, entry.address, entry.at) == ({"before": "consultant", "after": "editor"}, "10.0.0.1", moment.now)


def test_what_administrators_may_not_do(staff: Staff) -> None:
    people = staff.people
    for login, role, more in (("ewa", "consultant", {}), ("Zła Nazwa", "consultant", {}), ("nowa", "król", {}), ("nowa", "editor", {"email": "bez-małpy"}),
                              ("nowa", "editor", {"password": "krótkie"}), ("nowa", "editor", {"name": "a\0b"})):  # fmt: skip
        with pytest.raises(UsageError):
            people.add(ADMIN, login, role, **more)
    with pytest.raises(UsageError):
        people.set_role(ADMIN, "szef", "consultant")
    with pytest.raises(UsageError):
        people.set_active(ADMIN, "szef", False)
    with pytest.raises(NotAllowedError):
        people.set_role(ADMIN, "nikt", "editor")
    people.set_identity(ADMIN, "ewa", "", "", "sub")
    with pytest.raises(UsageError):
        people.set_identity(ADMIN, "rena", "", "", "sub")


def test_a_reset_lets_somebody_in_who_lost_the_telephone(staff: Staff, moment: Moment) -> None:
    _, _, token = with_totp(staff, moment)
    staff.people.reset_totp(ADMIN, "ewa")
    assert staff.person(token) is None
    assert enter(staff)


def test_an_outside_identity_is_matched_to_an_account_made_before(staff: Staff) -> None:
    staff.people.set_identity(ADMIN, "ewa", "", "Ewa@zus.example", "")
    assert staff.sign_in_known("sub-9", None, "-").outcome == "refused"
    assert staff.sign_in_known("sub-9", "obca@zus.example", "-").outcome == "refused"
    entered = staff.sign_in_known("sub-9", "ewa@ZUS.example", "-")
    assert person(staff, entered.token).way == "oidc"
    assert staff.sign_in_known("sub-9", None, "-").outcome == "ok"
    assert staff.sign_in_known("sub-10", "ewa@zus.example", "-").outcome == "refused"
    staff.people.set_identity(ADMIN, "rena", "", "wspolny@zus.example", "")
    staff.people.set_identity(ADMIN, "karol", "", "wspolny@zus.example", "")
    assert staff.sign_in_known("sub-11", "wspolny@zus.example", "-").outcome == "refused"
    staff.people.set_active(ADMIN, "ewa", False)
    assert staff.sign_in_known("sub-9", None, "-").outcome == "refused"
    assert len(staff.people.all()) == 4


def test_old_sessions_and_tries_are_forgotten(staff: Staff, store: StaffSql, moment: Moment) -> None:
    token = enter(staff)
    staff.sign_in("nikt", "x", "-")
    found = person(staff, token).session.hash
    moment.go(days=1, seconds=1)
    enter(staff, "szef")
    assert store.session(found) is None
    assert store.add_try("k", "n" * 32, moment.now - timedelta(days=9)) == []
