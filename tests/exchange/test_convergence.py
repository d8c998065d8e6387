"""Stories of several nodes in bad weather: after it has cleared, nothing is lost and nothing happened twice.

``OPENKP_SEEDS`` says how many stories. A seed that fails prints the command that tells it again.
"""

import os

import pytest

from openkp.exchange import outbox, reading
from openkp.registry.post.models import Delivery, Outgoing, Reading
from tests.exchange.convergence import check
from tests.exchange.simulator import CLEAR, Simulation, Weather
from tests.exchange.world import on_postgresql, removed

pytestmark = pytest.mark.usefixtures("open_database")

SEEDS = int(os.environ.get("OPENKP_SEEDS", "60"))
if on_postgresql():  # where a copy of a database takes longer than a story
    SEEDS = min(SEEDS, 4)
FIRST = int(os.environ.get("OPENKP_SEED", "0"))
AT_ONCE = 10
STORY = "OPENKP_SEED={seed} OPENKP_SEEDS=1 .venv-dev/bin/python -m pytest tests/exchange/test_convergence.py -k seeds"


def told(seed, templates, weather=None):
    """One story, told to its end and checked."""
    made, folder = templates
    story = Simulation(seed, made, folder, weather)
    try:
        story.run()
        check(story)
    except BaseException as error:
        error.add_note("\n".join(story.trace[-40:]))
        error.add_note("Tell it again: " + STORY.format(seed=seed))
        raise
    finally:
        for node in story.nodes.values():
            node.stop()
            removed(node.path)
    return story


@pytest.mark.parametrize("first", range(FIRST, FIRST + SEEDS, AT_ONCE))
def test_seeds_converge(first, templates):
    for seed in range(first, min(first + AT_ONCE, FIRST + SEEDS)):
        told(seed, templates)


def test_the_same_seed_is_the_same_story(templates):
    first, second = told(7, templates), told(7, templates)
    assert first.trace == second.trace
    assert first.trace_hash != told(8, templates).trace_hash


def test_in_clear_weather_each_message_is_sent_once(templates):
    story = told(1, templates, CLEAR)
    words = [line.split()[1] for line in story.trace]
    assert "crash" not in words and "lost" not in words
    assert words.count("receipted") == sum(words.count(word) for word in ("issued", "confirmed", "void"))


def test_the_worst_weather(templates):
    storm = Weather(loss=0.3, answer_loss=0.3, late=0.2, twice=0.3, spoilt=0.3, crash=0.01, cuts=8)
    mishaps = {"lost", "late", "answer-lost", "crash", "refused", "held", "cut"}
    words = set()
    for seed in range(3, 33):  # a message that overtakes another is seen in one story of three
        words |= {line.split()[1] for line in told(seed, templates, storm).trace}
        if seed >= 5 and mishaps <= words:
            break
    assert mishaps <= words


def test_an_inbox_that_only_says_yes_is_caught(templates, monkeypatch):
    """The negative control: receipts without effects must not pass."""
    monkeypatch.setattr(reading, "effect", lambda row, at: (Reading.ACCEPTED, ""))
    with pytest.raises(KeyError):
        told(1, templates, CLEAR)


def test_an_outbox_that_forgets_is_caught(templates, monkeypatch):
    """The negative control: a message marked delivered without its receipt must not pass."""

    def forgetful(message, problem, *, at):
        Outgoing.objects.filter(pk=message.pk).update(state=Delivery.DELIVERED)

    monkeypatch.setattr(outbox, "back_off", forgetful)
    with pytest.raises((AssertionError, KeyError, TypeError)):
        told(3, templates)
