from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.ids import AddressKey, MessageId, RecipientId
from notifications.messages import Kind, Message, State
from notifications.outbox import NO_LEASE
from notifications.phone import PhoneNumber
from notifications.recipients import Recipient
from notifications.suppression import POLICIES, Cancel, Expire, Hold, Send, next_allowed, verdict
from tests.notifications.drafts import NOON

NIGHT = datetime(2026, 3, 2, 23, 0, tzinfo=UTC)
PERSON = Recipient(
    address=PhoneNumber("+12025550101"),
    address_key=AddressKey("key"),
    zone=ZoneInfo("UTC"),
    language="en",
    texts_permitted=True,
    trial_contact_permitted=True,
    patient=True,
)
NO_TEXTS = replace(PERSON, texts_permitted=False)
NO_TRIALS = replace(PERSON, trial_contact_permitted=False)
TRIAL = {Kind.TRIAL_ALERT, Kind.TRIAL_CORRECTION}
DESPITE_STOP = {Kind.OPT_OUT_CONFIRMATION, Kind.OPT_IN_CONFIRMATION, Kind.CRISIS}


def _message(kind: Kind, expires_at: datetime | None = None) -> Message:
    return Message(
        id=MessageId("m1"),
        recipient=RecipientId("p1"),
        kind=kind,
        template="",
        language="en",
        state=State.QUEUED,
        attempts=0,
        claims=1,
        lease="w1",
        lease_until=NO_LEASE,
        slots={},
        expires_at=expires_at,
    )


def test_every_kind_has_a_policy() -> None:
    """No kind of message is without rules."""
    assert set(POLICIES) == set(Kind)


@pytest.mark.parametrize("kind", Kind)
def test_each_rule_for_each_kind(kind: Kind) -> None:
    """Who may be sent what, kind by kind: STOP, consents, number trouble, night, cap, and nobody there."""

    def asked(
        person: Recipient | None = PERSON,
        *,
        opted_out: bool = False,
        suspended: bool = False,
        sent: int = 0,
        now: datetime = NOON,
    ) -> object:
        return verdict(
            _message(kind),
            person,
            opted_out=opted_out,
            sent_trial_messages=sent,
            now=now,
            number_suspended=suspended,
        )

    trial = kind in TRIAL
    morning = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
    assert asked() == Send()
    assert asked(None) == Cancel("no_recipient")
    assert asked(opted_out=True) == (Send() if kind in DESPITE_STOP else Cancel("opted_out"))
    assert asked(suspended=True) == (
        Send() if kind in {Kind.SIGN_IN_CODE, Kind.CRISIS} else Cancel("number_trouble")
    )
    assert asked(NO_TEXTS) == (Cancel("no_consent") if trial or kind is Kind.PROMPT else Send())
    assert asked(NO_TRIALS) == (Cancel("no_consent") if trial else Send())
    assert asked(now=NIGHT) == (Hold(morning) if trial else Send())
    assert asked(sent=2) == Send()
    assert asked(sent=3) == (Cancel("cap") if trial else Send())
    assert asked(NO_TEXTS, opted_out=True, now=NIGHT, sent=9) == (
        Send() if kind in DESPITE_STOP else Cancel("opted_out")
    )


@pytest.mark.parametrize(
    ("kind", "now", "expires_at", "expected"),
    [
        (Kind.PROMPT, NOON, NOON, Expire()),
        (Kind.PROMPT, NOON, NOON + timedelta(seconds=1), Send()),
        (Kind.TRIAL_ALERT, NIGHT, NIGHT + timedelta(hours=1), Expire()),
        (Kind.TRIAL_ALERT, NIGHT, NIGHT + timedelta(days=1), Hold(datetime(2026, 3, 3, 9, tzinfo=UTC))),
    ],
)
def test_what_comes_too_late(kind: Kind, now: datetime, expires_at: datetime, expected: object) -> None:
    """A message expires at its moment, or when the next allowed moment comes after it."""
    message = _message(kind, expires_at)
    assert verdict(message, PERSON, opted_out=False, sent_trial_messages=0, now=now) == expected


@pytest.mark.parametrize(
    ("zone", "now", "opens"),
    [
        ("Europe/Madrid", "2026-03-02T19:00Z", "2026-03-03T08:00Z"),  # 20:00 local: closed
        ("Europe/Madrid", "2026-03-02T18:59:59Z", "2026-03-02T18:59:59Z"),
        ("Europe/Madrid", "2026-03-02T07:59:59Z", "2026-03-02T08:00Z"),
        ("Europe/Madrid", "2026-03-02T08:00Z", "2026-03-02T08:00Z"),
        ("Europe/Madrid", "2026-03-28T22:00Z", "2026-03-29T07:00Z"),  # the night when clocks go forward
        ("Europe/Madrid", "2026-10-24T22:00Z", "2026-10-25T08:00Z"),  # the night when they go back
        ("America/New_York", "2026-03-08T03:00Z", "2026-03-08T13:00Z"),
        ("America/New_York", "2026-11-01T03:00Z", "2026-11-01T14:00Z"),
        ("Pacific/Apia", "2011-12-30T08:00Z", "2011-12-30T19:00Z"),  # the day that Samoa left out
        ("Asia/Kolkata", "2026-03-02T20:00Z", "2026-03-03T03:30Z"),
    ],
)
def test_quiet_hours_on_the_persons_own_clock(zone: str, now: str, opens: str) -> None:
    """9:00 stays 9:00, whatever the clocks do that night."""
    assert next_allowed(datetime.fromisoformat(now), ZoneInfo(zone)) == datetime.fromisoformat(opens)


@given(
    st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1)),  # noqa: DTZ001 made aware below
    st.sampled_from(
        [
            "Europe/Madrid",
            "America/New_York",
            "Australia/Lord_Howe",
            "America/St_Johns",
            "Asia/Kathmandu",
            "UTC",
        ]
    ),
)
def test_the_next_allowed_moment_is_allowed_and_near(naive: datetime, name: str) -> None:
    """It lies in the window, not before now, at most a night away, and asking there again gives it again."""
    now, zone = naive.replace(tzinfo=UTC), ZoneInfo(name)
    opens = next_allowed(now, zone)
    assert 9 <= opens.astimezone(zone).hour < 20
    assert timedelta(0) <= opens - now <= timedelta(hours=14)
    assert next_allowed(opens, zone) == opens
