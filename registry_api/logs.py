from __future__ import annotations

import logging
import sys

import structlog

_LOUD = ("twilio", "aiohttp", "httpx2", "httpcore2", "pymongo", "granian.access")


def configure_logs() -> None:
    """One line of JSON an event, on standard error.

    Our own code logs ids and kinds of errors, never messages of exceptions. Libraries that print what they
    send (headers, numbers, documents) are kept to errors.
    """
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s")
    for name in _LOUD:
        logging.getLogger(name).setLevel(logging.ERROR)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
