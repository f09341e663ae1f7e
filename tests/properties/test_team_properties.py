"""Whatever comes, whoever is on shift: nothing is lost, nobody idles beside work, and the accounts add up."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from stories import STORIES, Story
from telling import Telling


@settings(
    max_examples=400,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(STORIES)
def test_any_story(story: Story):
    """No server idles beside a job he may take, every job has one fate told once, and the accounts add up."""
    check(story)


FATES = {
    "done": (["started", "finished"],),
    "abandoned": (["abandoned"],),
    "blocked": (["blocked"],),
    "disconnected": (["disconnected"],),
    "serving": (["started"],),
    "waiting": ([], ["started"]),
}


def check(story: Story) -> None:
    """Tell a story and look at how it ends."""
    telling = Telling(story)
    telling.play()
    for team, books in telling.books.items():
        time = team.snapshot()
        assert time.queue_hours == pytest.approx(books.waited, abs=1e-6)
        assert time.on_duty_hours == pytest.approx(books.on_duty, abs=1e-6)
        assert time.busy_hours == pytest.approx(books.busy, abs=1e-6)
        assert time.paid_hours == pytest.approx(books.paid, abs=1e-6)
        assert time.busy_hours <= time.on_duty_hours + 1e-9
    in_hand = {id(job) for servers in telling.everybody.values() for server in servers for job in server.jobs}
    for job in telling.jobs:
        told = telling.told[id(job)]
        assert told.count("overdue") <= (not job.leaves)
        assert [word for word in told if word != "overdue"] in FATES[job.state]
        if id(job) in in_hand:
            continue
        assert job.handled == pytest.approx(telling.held[id(job)], abs=1e-6)
        if job.state == "done":
            asked = job.work + (0.0 if job.breakable else job.wrap)
            assert telling.done[id(job)] == pytest.approx(asked, abs=1e-6)
        elif job.state != "waiting":
            assert job.handled == 0.0
