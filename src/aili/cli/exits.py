"""From an error to one sentence on standard error and a documented exit code; never a traceback."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable

import click

from aili.errors import AiliError, OutputError, UsageError

INTERRUPTED = 130  # 128 + SIGINT
_PLAIN = (
    ("is not a valid integer range.", "is not a whole number."),
    ("is not a valid integer.", "is not a whole number."),
    ("is not a valid float.", "is not a number."),
)
CLOSED_PIPE = 141  # 128 + SIGPIPE, as other tools in a pipeline


def guarded(work: Callable[[], object]) -> int:
    """Run ``work`` and return the exit code; what went wrong is said on standard error."""
    try:
        return _code(work())
    except (KeyboardInterrupt, click.Abort):
        return say("Interrupted.", INTERRUPTED)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return error.exit_code
    except click.ClickException as error:
        return say(_usage_message(error), error.exit_code)
    except AiliError as error:
        return say(str(error), error.exit_code)
    except BrokenPipeError:
        # Whoever read the output has gone; Python must not complain of it again when it flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CLOSED_PIPE
    except MemoryError:
        return say("There is not enough memory for this document.", AiliError.exit_code)
    except OSError as error:
        return say(_os_message(error), OutputError.exit_code)
    except Exception as error:
        # The last guard: a reader gets a sentence, and the other documents of the command still get their digests.
        if os.environ.get("AILI_TRACEBACK"):
            raise
        told = " ".join(f"{type(error).__name__}: {error}".split())[:500].rstrip(".")
        hint = "Please report it; with AILI_TRACEBACK=1 in the environment aili shows where it happened."
        return say(f"There is a mistake in aili itself, {told}. {hint}", AiliError.exit_code)


def say(message: str, code: int) -> int:
    """Write ``message`` to standard error as aili's, and give back ``code``.

    One line whatever names are in it: a file's name may hold line breaks and escape sequences.
    """
    line = "".join(character for character in " ".join(message.split()) if character.isprintable())
    click.echo(f"aili: {line}", err=True)
    return code


def _code(result: object) -> int:
    return result if isinstance(result, int) else 0


def _usage_message(error: click.ClickException) -> str:
    if isinstance(error, click.UsageError) and error.ctx is not None:
        return f"{_plain(error.format_message())} See '{error.ctx.command_path} --help'."
    return _plain(error.format_message())


def _plain(message: str) -> str:
    """click's message without the words of a programming language."""
    for theirs, ours in _PLAIN:
        message = message.replace(theirs, ours)
    return message


def _os_message(error: OSError) -> str:
    if error.errno == errno.ENOSPC:
        return "The output could not be written: the disk is full. Free some space or write elsewhere with -o FILE."
    return f"The output could not be written: {error.strerror or error}."


def check_usage(condition: object, message: str, *, hint: str = "") -> None:
    """Raise UsageError unless ``condition`` holds."""
    if not condition:
        raise UsageError(message, hint=hint)
