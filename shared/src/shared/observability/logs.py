"""Structured logs: one JSON line an event on standard output, with an allow-list of fields.

An allow-list, not a block-list: a field that is not named here does not reach the log, so that personal data can't get
in by a careless call (design §3).
"""

import logging
import sys
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

ALLOWED = frozenset({
    "account_id", "accounts", "attempt", "batch_id", "batches", "check", "consumer", "count", "delivery_id",
    "duration_ms", "error", "event", "event_id", "event_type", "exc_type", "failures", "frames", "host", "letter_id",
    "letters", "level", "line", "message_id", "method", "outcome", "pause_s", "person_id", "port", "queue", "reason",
    "report_id", "request_id", "requests", "route", "run", "serial", "service", "sheets", "state", "status", "template",
    "tier", "timestamp", "trace_id", "unknown", "version", "waiting",
})  # fmt: skip


def configure_logs(service: str, level: str = "INFO") -> None:
    """Set up ``structlog`` and the standard library's loggers (uvicorn, aio-pika…) for one process."""
    processors: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _place_of_exception,
        _only_allowed,
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ]
    structlog.configure(
        processors=processors,
        wrapper_class=structlog.make_filtering_bound_logger(level.upper()),
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(service=service)
    handler = _Forward()
    # at DEBUG, where libraries pass is told too
    libraries = logging.DEBUG if level.upper() == "DEBUG" else logging.WARNING
    logging.basicConfig(handlers=[handler], level=libraries, force=True)


class _Forward(logging.Handler):
    """Libraries log free text, which may quote a value: only the logger, level, place and exception type are kept."""

    def emit(self, record: logging.LogRecord) -> None:
        log = structlog.get_logger()
        kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else ""
        place = f"{record.name}: {record.module}:{record.lineno}"
        log.log(record.levelno, place, exc_type=kind)


def _place_of_exception(_: Any, __: str, event: EventDict) -> EventDict:
    """Replace an exception by its type and the lines it passed: a message may quote what a person typed."""
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()[1]
    if isinstance(error, BaseException):
        event["exc_type"] = type(error).__name__
        frames, at = [], error.__traceback__
        while at is not None:
            frames.append(f"{at.tb_frame.f_globals.get('__name__', '?')}:{at.tb_lineno}")
            at = at.tb_next
        event["frames"] = frames[-8:]
    return event


def _only_allowed(_: Any, __: str, event: EventDict) -> EventDict:
    return {name: value for name, value in event.items() if name in ALLOWED}
