"""Logging: structlog to standard error or a file, for people or as JSON; one short line per notable event, errors
included."""

import atexit
import logging
import sys
from types import TracebackType
from typing import TextIO

import structlog
from structlog.types import EventDict, WrappedLogger

from services.kernel.loglines import Secrets, bounded, short_trace
from services.kernel.repeats import Repeats
from services.kernel.settings import Settings


def configure(settings: Settings, service: str, stream: TextIO | None = None) -> None:
    """`settings.log_level` applies to our own messages; libraries log from WARNING on. `stream`: standard error unless
    given; then standard error has one line only, if an error ends the program."""
    repeats, output = Repeats(), stream or sys.stderr

    def of_service(logger: WrappedLogger, method: str, line: EventDict) -> EventDict:
        """From any thread: those that are started later have no context of ours."""
        line.setdefault("service", service)
        return line

    renderer: structlog.types.Processor = (
        structlog.processors.JSONRenderer()
        if settings.log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=output.isatty())
    )
    structlog.configure(
        processors=[
            of_service,
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            short_trace,
            Secrets(settings.broker, settings.broker_password),
            bounded,
            repeats,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(settings.log_level),
        logger_factory=structlog.PrintLoggerFactory(output),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, handlers=[Libraries()], force=True)
    log = structlog.get_logger(__name__)

    def say(level: str, event: str, count: int, seconds: float) -> None:
        getattr(log, level)(event, repeated=f"{count} times in {seconds:.0f} s")

    def died(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if isinstance(error, KeyboardInterrupt):
            sys.exit(130)
        log.critical("ended by an error", exc_info=error)
        if stream:
            sys.stderr.write(f"albumen: ended by an error, {kind.__name__}: {stream.name} says where.\n")

    repeats.say = say
    atexit.register(repeats.flush)
    sys.excepthook = died


class Libraries(logging.Handler):
    """What libraries log, by our rules."""

    def emit(self, record: logging.LogRecord) -> None:
        level = "error" if record.levelno >= logging.ERROR else "warning"
        getattr(structlog.get_logger(record.name), level)(
            record.getMessage(), logger=record.name, exc_info=record.exc_info
        )
