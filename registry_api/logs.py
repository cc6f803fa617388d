"""The one pipeline of everything that is logged: a line of JSON an event, on standard error.

It lets through what it knows to name nobody, and withholds the rest: an event's name, a few fields, each in
the one form that its values have. Ids are pseudonyms. Of an exception there is its kind and where in the code
it came from, never its text, which can hold what a person sent. Of a library there is its name and the level,
since what it would say can be anything; the server's own messages about starting and stopping are kept.
"""

from __future__ import annotations

import logging
import re
import sys
import threading
import traceback
from collections.abc import Callable, MutableMapping
from enum import Enum
from types import TracebackType
from typing import Any, TextIO

import structlog
from structlog.typing import Processor

Fields = MutableMapping[str, Any]
Kept = dict[str, Any]
_Form = Callable[[Any], Any]
_Raised = tuple[type[BaseException], BaseException, TracebackType | None]

_LOUD = ("twilio", "aiohttp", "httpx2", "httpcore2", "pymongo")
_SERVER = ("_granian",)
_CRASH = "crash"
_OWN_NAME = re.compile(r"[a-z][a-z_]{0,59}")
_ID = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[A-Z]{2}[0-9a-f]{32}")
_SCHEMA_NAME = re.compile(r"[A-Za-z]\w{0,59}", re.ASCII)
_NUMBER_LIMIT = 100_000  # a code of six digits is more
_LONGEST_SERVER_MESSAGE = 200
_FRAMES = 12


class _Withheld:
    """What no form lets through."""


def _kind(value: Any) -> Any:
    return value.__name__ if isinstance(value, type) else _Withheld


def _own_name(value: Any) -> Any:
    return _matching(_OWN_NAME, value)


def _id(value: Any) -> Any:
    return _matching(_ID, value)


def _schema_name(value: Any) -> Any:
    return _matching(_SCHEMA_NAME, value)


def _number(value: Any) -> Any:
    small = isinstance(value, int | float) and abs(value) < _NUMBER_LIMIT
    return value if value is None or small else _Withheld


def _matching(pattern: re.Pattern[str], value: Any) -> Any:
    text = value.value if isinstance(value, Enum) else value
    return text if isinstance(text, str) and pattern.fullmatch(text) else _Withheld


FORMS: dict[str, _Form] = {
    "message": _id,
    "trial": _id,
    "error": _kind,
    "step": _own_name,
    "template": _own_name,
    "allowance": _own_name,
    "carrier_status": _own_name,
    "field": _schema_name,
    "code": _number,
    "number": _number,
    "status": _number,
}
"""The fields that may be logged, and the form of their values. Kinds of errors are given as types."""


class _StandardError(logging.StreamHandler[TextIO]):
    """Writes to what standard error is at that moment."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override] # an attribute of the parent
        return sys.stderr


def configure_logs() -> None:
    """Sends every log of this process through the pipeline, also those of libraries, and every crash."""
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*shared, _library],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(),
        ],
    )
    handler = _StandardError()
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    for name in _LOUD:
        logging.getLogger(name).setLevel(logging.ERROR)
    for name in _SERVER:
        logging.getLogger(name).handlers = []
        logging.getLogger(name).propagate = True
    logging.captureWarnings(capture=True)
    structlog.configure(
        processors=[*shared, redact, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    sys.excepthook = _crashed
    sys.unraisablehook = lambda raised: _crashed(
        raised.exc_type, raised.exc_value or raised.exc_type(), raised.exc_traceback
    )
    threading.excepthook = lambda raised: _crashed(
        raised.exc_type, raised.exc_value or raised.exc_type(), raised.exc_traceback
    )


def redact(_logger: object, _method: str, fields: Fields) -> Kept:
    """An event of ours with what may be said of it; the names of fields that were withheld are listed."""
    kept: Kept = {"event": fields.pop("event", "")}
    if _own_name(kept["event"]) is _Withheld:
        kept["event"] = "withheld"
    kept |= {name: fields.pop(name) for name in ("level", "timestamp") if name in fields}
    raised = _raised(fields.pop("exc_info", None))
    withheld = []
    for name, value in fields.items():
        shown = FORMS[name](value) if name in FORMS else _Withheld
        if shown is _Withheld:
            withheld.append(name if _own_name(name) is not _Withheld else "?")
        else:
            kept[name] = shown
    if raised is not None:
        kept |= {"error": raised[0].__name__, "at": places(raised[2])}
    if withheld:
        kept["withheld"] = sorted(withheld)
    return kept


def places(trace: TracebackType | None) -> list[str]:
    """Where an exception came through, innermost last: module, line and function, without any value."""
    return [
        f"{frame.f_globals.get('__name__', '?')}:{line}:{frame.f_code.co_name}"
        for frame, line in traceback.walk_tb(trace)
    ][-_FRAMES:]


def _library(_logger: Any, _method: str, fields: Fields) -> Kept:
    """Of a library's record: who speaks, how serious it is, and the kind and place of an exception."""
    record: logging.LogRecord = fields["_record"]
    kept: Kept = {name: fields[name] for name in ("level", "timestamp", "_record", "_from_structlog")}
    kept |= {"event": "crash" if record.name == _CRASH else "library", "logger": record.name}
    if record.name in _SERVER and record.exc_info is None:
        kept["said"] = record.getMessage()[:_LONGEST_SERVER_MESSAGE]
    raised = _raised(record.exc_info)
    if raised is not None:
        kept |= {"error": raised[0].__name__, "at": places(raised[2])}
    record.exc_info = record.exc_text = record.stack_info = None
    return kept


def _raised(given: Any) -> _Raised | None:
    """The exception that a call to the log came with."""
    if isinstance(given, BaseException):
        return type(given), given, given.__traceback__
    found = sys.exc_info() if given is True else given
    if isinstance(found, tuple) and isinstance(found[0], type) and isinstance(found[1], BaseException):
        return found[0], found[1], found[2]
    return None


def _crashed(kind: type[BaseException], raised: BaseException, trace: TracebackType | None) -> None:
    """What nobody caught: its kind and place instead of a trace with values."""
    if issubclass(kind, KeyboardInterrupt):
        return
    logging.getLogger(_CRASH).critical(_CRASH, exc_info=(kind, raised, trace))
