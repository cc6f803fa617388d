"""Whether a message may go out at this moment. Pure; asked last, just before sending, with fresh facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from notifications.messages import Kind, Message
from notifications.recipients import Recipient

QUIET_HOURS = "quiet_hours"
OPTED_OUT = "opted_out"
NUMBER_TROUBLE = "number_trouble"
NO_RECIPIENT = "no_recipient"
NO_CONSENT = "no_consent"
CAP = "cap"
PAUSED = "paused"

TRIAL_MESSAGE_CAP = 3
CAP_WINDOW = timedelta(days=30)
_OPENS = time(9)
_CLOSES = time(20)


@dataclass(frozen=True)
class Policy:
    """What applies to one kind of message. `lifetime` counts from queueing; `urgency` 0 goes first."""

    needs_texts: bool = False
    needs_trial_contact: bool = False
    quiet_hours: bool = False
    capped: bool = False
    pausable: bool = False
    despite_opt_out: bool = False
    despite_number_trouble: bool = False
    sealed_slots: bool = True
    lifetime: timedelta | None = None
    urgency: int = 0


_ANSWER = Policy(lifetime=timedelta(hours=12))
_CONFIRMATION = Policy(despite_opt_out=True, lifetime=timedelta(hours=12))
_TRIAL = Policy(
    needs_texts=True,
    needs_trial_contact=True,
    quiet_hours=True,
    capped=True,
    pausable=True,
    sealed_slots=False,
    urgency=2,
)

POLICIES: dict[Kind, Policy] = {
    Kind.SIGN_IN_CODE: Policy(despite_number_trouble=True, lifetime=timedelta(minutes=10)),
    Kind.PROMPT: Policy(needs_texts=True, pausable=True, lifetime=timedelta(hours=4), urgency=1),
    Kind.REPLY: _ANSWER,
    Kind.HELP: _ANSWER,
    Kind.OPT_OUT_CONFIRMATION: _CONFIRMATION,
    Kind.OPT_IN_CONFIRMATION: _CONFIRMATION,
    Kind.CRISIS: Policy(despite_opt_out=True, despite_number_trouble=True),
    Kind.TRIAL_ALERT: _TRIAL,
    Kind.TRIAL_CORRECTION: _TRIAL,
}


@dataclass(frozen=True)
class Send:
    pass


@dataclass(frozen=True)
class Hold:
    until: datetime
    reason: str = QUIET_HOURS


@dataclass(frozen=True)
class Cancel:
    reason: str


@dataclass(frozen=True)
class Expire:
    pass


Verdict = Send | Hold | Cancel | Expire


def verdict(
    message: Message,
    recipient: Recipient | None,
    *,
    opted_out: bool,
    sent_trial_messages: int,
    now: datetime,
    number_suspended: bool = False,
) -> Verdict:
    """What to do with a message now.

    `sent_trial_messages` is how many trial messages this person was sent in the last 30 days. `now` is aware.
    """
    policy = POLICIES[message.kind]
    refusal = _refusal(policy, recipient, opted_out=opted_out, number_suspended=number_suspended)
    if recipient is None or refusal is not None:
        return Cancel(refusal or NO_RECIPIENT)
    paused = policy.pausable and recipient.paused_until is not None and recipient.paused_until > now
    starts = recipient.paused_until if paused and recipient.paused_until else now
    opens = next_allowed(starts, recipient.zone) if policy.quiet_hours else starts
    if message.expires_at is not None and opens >= message.expires_at:
        return Expire()
    if opens > now:
        return Hold(opens, PAUSED if paused else QUIET_HOURS)
    if policy.capped and sent_trial_messages >= TRIAL_MESSAGE_CAP:
        return Cancel(CAP)
    return Send()


def _refusal(
    policy: Policy, recipient: Recipient | None, *, opted_out: bool, number_suspended: bool
) -> str | None:
    if recipient is None:
        return NO_RECIPIENT
    if opted_out and not policy.despite_opt_out:
        return OPTED_OUT
    if number_suspended and not policy.despite_number_trouble:
        return NUMBER_TROUBLE
    if policy.needs_texts and not recipient.texts_permitted:
        return NO_CONSENT
    if policy.needs_trial_contact and not recipient.trial_contact_permitted:
        return NO_CONSENT
    return None


def next_allowed(now: datetime, zone: ZoneInfo) -> datetime:
    """The first moment from `now` on that lies between 9:00 and 20:00 on the person's own clock, in UTC.

    9:00 stays 9:00 on the days when clocks change; a day on which 9:00 is skipped opens at the change.
    """
    local = now.astimezone(zone)
    if _OPENS <= local.time() < _CLOSES:
        return now.astimezone(UTC)
    day = local.date() if local.time() < _OPENS else local.date() + timedelta(days=1)
    return datetime.combine(day, _OPENS, tzinfo=zone).astimezone(UTC)
