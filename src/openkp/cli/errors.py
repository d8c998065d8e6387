"""Where errors become words and exit codes: one table, one place. No tracebacks, unless ``OPENKP_DEBUG`` is set."""

import contextlib
import os
import sys
import traceback
from collections.abc import Iterator
from enum import IntEnum
from gettext import gettext

from openkp.cli.output import lead_nowhere, say
from openkp.scheme.errors import OpenkpError, Refused
from openkp.scheme.words import N_, Sentence


class Exit(IntEnum):
    """What a command's exit code means, for every command."""

    OK = 0
    FAILED = 1
    USAGE = 2
    NOT_GENUINE = 3
    UNKNOWN = 4
    NETWORK = 5
    BROKEN = 6
    CLOSED = 7
    UNREADABLE = 8
    STOPPED = 130


MEANINGS = {
    Exit.OK: N_("done"),
    Exit.FAILED: N_("failed: the words on stderr say why"),
    Exit.USAGE: N_("the command was not understood"),
    Exit.NOT_GENUINE: N_("not genuine"),
    Exit.UNKNOWN: N_("signature good, status not known (offline or too old)"),
    Exit.NETWORK: N_("another node or the network did not answer"),
    Exit.BROKEN: N_("the journal or the documents were changed"),
    Exit.CLOSED: N_("genuine, but closed: void, received or expired"),
    Exit.UNREADABLE: N_("cannot be read as a document"),
    Exit.STOPPED: N_("stopped by the keyboard"),
}

#: Exit codes by class, nearest class first; by name, so that no ring is imported only to be compared with.
EXIT_OF = {
    "UsageProblem": Exit.USAGE,
    "BadSetting": Exit.USAGE,
    "BadSignature": Exit.NOT_GENUINE,
    "Untrusted": Exit.NOT_GENUINE,
    "DocumentError": Exit.UNREADABLE,
    "PeerError": Exit.NETWORK,
    "BrokenRecord": Exit.BROKEN,
    "OpenkpError": Exit.FAILED,
}


class UsageProblem(OpenkpError):
    """What was typed cannot be meant: a file that is not there, a date that is none."""

    code = "usage"
    advice = Sentence(N_("Run the command with --help to see what it takes."))


class Outcome:
    """The exit code that a ``told`` block ends with."""

    code: int = Exit.FAILED


@contextlib.contextmanager
def told() -> Iterator[Outcome]:
    """Turn whatever goes wrong inside into words on stderr and an exit code."""
    outcome = Outcome()
    try:
        yield outcome
    except BrokenPipeError:
        lead_nowhere(sys.stdout)
        outcome.code = Exit.FAILED
    except KeyboardInterrupt:
        say(gettext("Stopped."))
        outcome.code = Exit.STOPPED
    except Exception as error:
        if os.environ.get("OPENKP_DEBUG"):
            traceback.print_exc()
        outcome.code = tell(error)


def tell(error: Exception) -> Exit:
    """Say what happened, why, and what to do next; return the exit code."""
    if isinstance(error, OpenkpError):
        return tell_ours(error)
    if isinstance(error, OSError) and error.strerror:
        name = f"{error.filename}: " if error.filename else ""
        say(gettext("Failed: %s") % f"{name}{error.strerror}.")
    elif type(error).__name__ == "OperationalError":  # of the database: it is full, locked, away or may not be written
        say(gettext("Failed: %s") % " ".join(str(error).split()))
    else:
        say(gettext("This went wrong inside OpenKP: %s") % f"{type(error).__name__}: {error}")
        say(gettext("Run it again with OPENKP_DEBUG=1 to see where, and report it."))
    return Exit.FAILED


def tell_ours(error: OpenkpError) -> Exit:
    """An error that OpenKP raised on purpose: its sentence, its findings, its advice."""
    say(error.text(gettext))
    for finding in error.findings if isinstance(error, Refused) else ():
        where = f"{finding.field}: " if finding.field else ""
        say(f"  {finding.rule}  {where}{finding.text(gettext)}")
    if str(error.advice):
        say(error.advice.text(gettext))
    return exit_of(error)


def exit_of(error: OpenkpError) -> Exit:
    """The exit code of an error: that of the nearest class in the table."""
    return next(EXIT_OF[kind.__name__] for kind in type(error).__mro__ if kind.__name__ in EXIT_OF)
