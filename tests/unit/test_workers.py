"""Worker processes: as many as wanted, kept, and never the only place where a task can be done."""

from __future__ import annotations

import os
import signal

import pytest

from digisim.workers import begin, count_of, end, meanwhile, pool_of


def test_there_are_no_more_workers_than_members_nor_than_were_asked_for() -> None:
    assert [count_of(asked, 20) for asked in (1, 3, 50)] == [1, 3, 20]
    assert count_of(None, 100_000) == os.cpu_count()


def own_process() -> int:
    return os.getpid()


def test_a_task_is_done_by_another_process_or_here_where_there_is_one_only() -> None:
    assert meanwhile(1, own_process)() == os.getpid()
    assert meanwhile(2, own_process)() != os.getpid()


def test_workers_that_were_begun_are_those_that_work() -> None:
    begin(2, "digisim.ensemble")
    pool = pool_of(2)
    assert meanwhile(2, own_process)() in pool._processes
    assert pool_of(2) is pool


def failing(number: int) -> None:
    raise ValueError(number)


@pytest.mark.parametrize("count", [1, 2])
def test_what_a_task_raises_is_raised_when_it_is_called_for(count: int) -> None:
    given = meanwhile(count, failing, 7)
    with pytest.raises(ValueError, match="7"):
        given()


def ended_unless(parent: int) -> int:
    """End the process in which this runs, unless it is the parent."""
    if os.getpid() != parent:
        os.kill(os.getpid(), signal.SIGTERM)
    return os.getpid()


def test_a_task_whose_worker_is_ended_is_done_here() -> None:
    assert meanwhile(2, ended_unless, os.getpid())() == os.getpid()
    end(pool_of(2))
