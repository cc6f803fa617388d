"""The list resource: Twilio's filters, newest first, in pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from notifications.carrier_standin.ledger import Ledger
from notifications.carrier_standin.messages import API_VERSION, Message, resource
from notifications.carrier_standin.refusals import Refusal

_DEFAULT_PAGE, _LARGEST_PAGE = 50, 1000
_FILTERS = ("To", "From", "DateSent", "DateSent<", "DateSent>")
_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_FAR_AHEAD = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Sent:
    """When a message must have been sent: from `first` on, and before `end`."""

    first: datetime = _LONG_AGO
    end: datetime = _FAR_AHEAD

    def covers(self, moment: datetime | None) -> bool:
        return moment is not None and self.first <= moment < self.end


def page_of_messages(ledger: Ledger, account_sid: str, query: Mapping[str, str]) -> dict[str, Any]:
    """One page as Twilio answers it; raises Refusal for a value that cannot be read.

    A message that has not been sent yet has no `date_sent`: any filter on it leaves the message out.
    Who looks for a message just accepted must filter by number alone.
    """
    size = min(_whole(query, "PageSize", _DEFAULT_PAGE, least=1), _LARGEST_PAGE)
    number = _whole(query, "Page", 0, least=0)
    found = _found(ledger, query)
    start = _start(found, query.get("PageToken"), number * size)
    shown = found[start : start + size]
    kept = {name: query[name] for name in _FILTERS if name in query}

    def uri(page: int, token: str | None = None) -> str:
        parameters = {**kept, "PageSize": str(size), "Page": str(page)}
        if token is not None:
            parameters["PageToken"] = token
        return f"/{API_VERSION}/Accounts/{account_sid}/Messages.json?{urlencode(parameters)}"

    more = start + size < len(found)
    return {
        "first_page_uri": uri(0),
        "next_page_uri": uri(number + 1, f"PA{shown[-1].sid}") if more else None,
        "previous_page_uri": uri(number - 1) if number else None,
        "uri": uri(number, query.get("PageToken")),
        "page": number,
        "page_size": size,
        "start": start,
        "end": max(start, start + len(shown) - 1),
        "messages": [resource(message, account_sid) for message in shown],
    }


def _found(ledger: Ledger, query: Mapping[str, str]) -> list[Message]:
    to, sender = query.get("To", ""), query.get("From", "")
    messages = ledger.messages_with(to or sender) if to or sender else ledger.messages()
    windows = _windows(query)
    return [
        message
        for message in reversed(messages)
        if (not to or message.recipient == to)
        and (not sender or message.sender == sender)
        and all(window.covers(message.sent_second()) for window in windows)
    ]


def _windows(query: Mapping[str, str]) -> list[_Sent]:
    windows = []
    if day := query.get("DateSent"):
        first, _ = _moment(day, "DateSent")
        first = first.replace(hour=0, minute=0, second=0)
        windows.append(_Sent(first, first + _DAY))
    if since := query.get("DateSent>"):
        windows.append(_Sent(first=_moment(since, "DateSent>")[0]))
    if until := query.get("DateSent<"):
        moment, whole_day = _moment(until, "DateSent<")
        windows.append(_Sent(end=moment + (_DAY if whole_day else _SECOND)))
    return windows


def _moment(text: str, parameter: str) -> tuple[datetime, bool]:
    """A moment and whether only its day was given."""
    for form, whole_day in (("%Y-%m-%dT%H:%M:%SZ", False), ("%Y-%m-%d", True)):
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC), whole_day
        except ValueError:
            continue
    raise Refusal(20001, parameter=parameter)


def _start(found: list[Message], token: str | None, otherwise: int) -> int:
    """A page token names the last message of the page before, so that new messages move nothing."""
    if token:
        for place, message in enumerate(found):
            if token == f"PA{message.sid}":
                return place + 1
    return otherwise


def _whole(query: Mapping[str, str], name: str, default: int, *, least: int) -> int:
    text = query.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and int(text) >= least):
        raise Refusal(20001, parameter=name)
    return int(text)
