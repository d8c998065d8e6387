"""Doing several things at the same moment, each in a thread with a connection of its own."""

import threading

from django.db import connections


def together(*acts, timeout=60):
    """Run ``acts`` at once; what each returned or raised, in their order."""
    outcomes, gate = [None] * len(acts), threading.Barrier(len(acts))

    def run(place, act):
        try:
            gate.wait(timeout)
            outcomes[place] = act()
        except BaseException as error:
            outcomes[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair, daemon=True) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout)
        assert not thread.is_alive(), "two operations wait for each other"
    return outcomes
