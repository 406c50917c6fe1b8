"""Many runs: members x scenarios into one dataset; the only file that knows how work is spread over processes."""

from __future__ import annotations

import json
import os
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, as_completed

import xarray as xr

from digisim.assembly import Run, assemble
from digisim.errors import InputError
from digisim.regions import load_region
from digisim.scenario import Scenario, load_scenario
from digisim.simulate import IndustryModel, Start, prepare
from digisim.synthesis import draw_member

LARGEST_BYTES = 2_000_000_000  # a dataset in memory; larger designs belong into a sweep on disk
VALUES = 60  # published values a year, for the estimate of size
MOST_MEMBERS = 1_000_000
MOST_WORKERS = 1_024
Failure = dict[str, str | int]
Progress = Callable[[int, int], None]


def ensemble(
    scenarios: Scenario | str | Sequence[Scenario | str],
    members: int = 20,
    seed: int = 1,
    *,
    workers: int | None = None,
    relax: Mapping[str, float] | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> xr.Dataset:
    """Simulate `members` members of each scenario; dims scenario, member, city, year.

    Member k depends only on (seed, k): 200 members extend 100, and any number of workers gives the same bits. A
    member that fails is kept as NaN and listed in `attrs["failures"]` (JSON). `relax` raises limits (orders, people,
    space, capital). More than 2 GB is refused.
    """
    given = [scenarios] if isinstance(scenarios, Scenario | str) else list(scenarios)
    chosen = [load_scenario(s) if isinstance(s, str) else s for s in given]
    _check(chosen, members, seed, workers)
    numbers = range(members)
    runs: list[Run] = []
    failures: list[Failure] = []
    for done, (part, failed) in enumerate(_results(chosen, list(numbers), seed, workers, relax, executor), 1):
        runs.extend(part)
        failures.extend(failed)
        if progress is not None:
            progress(done, members)
    runs.sort(key=lambda r: (r.member, r.scenario))
    drawn = [draw_member(load_region(chosen[0].region), seed, k) for k in numbers]
    dataset = assemble(chosen, drawn, runs, seed)
    dataset.attrs["failures"] = json.dumps(failures, ensure_ascii=False)
    if relax:
        dataset.attrs["relaxed"] = json.dumps(dict(relax))
    return dataset


def run_member(
    scenarios: Sequence[Scenario], member: int, seed: int, relax: Mapping[str, float] | None
) -> tuple[list[Run], list[Failure]]:
    """All scenarios of one member; scenarios of one region and outlook begin from copies of one start."""
    starts: dict[tuple[str, str], Start] = {}
    runs: list[Run] = []
    failures: list[Failure] = []
    for scenario in scenarios:
        stage = "start"
        try:
            key = (scenario.region, scenario.outlook)
            if scenario.actor_classes:
                model = IndustryModel(scenario, seed, member=member, relax=relax)
            else:
                if key not in starts:
                    starts[key] = prepare(scenario, seed, member)
                model = IndustryModel(scenario, seed, member=member, relax=relax, start=starts[key])
            stage = "run"
            runs.append(model.run())
        except InputError:
            raise  # what the user gave is wrong for every member: a message, not a list of failures
        except Exception as error:  # noqa: BLE001  (one member's failure must not lose the others: it is listed)
            last = traceback.extract_tb(error.__traceback__)[-1]
            where = f"{last.name}, line {last.lineno}"
            failures.append(
                {"scenario": scenario.name, "member": member, "stage": stage, "error": f"{error} ({where})"}
            )
    return runs, failures


def _results(  # noqa: PLR0913
    scenarios: list[Scenario],
    members: list[int],
    seed: int,
    workers: int | None,
    relax: Mapping[str, float] | None,
    executor: Executor | None,
) -> Iterator[tuple[list[Run], list[Failure]]]:
    """Yield the result of each member as it is ready."""
    count = workers or os.cpu_count() or 1
    if executor is None and (count == 1 or len(members) == 1):
        for member in members:
            yield run_member(scenarios, member, seed, relax)
        return
    pool = executor or _pool(min(count, len(members)))
    waiting = [pool.submit(run_member, scenarios, member, seed, relax) for member in members]
    try:
        for future in as_completed(waiting):
            yield future.result()
    except BaseException:
        for future in waiting:
            future.cancel()
        raise


def _pool(workers: int) -> Executor:
    """Worker processes that survive unguarded scripts and notebook classes, each with one thread."""
    from loky import get_reusable_executor  # noqa: PLC0415  (only where several workers are wanted)

    single = dict.fromkeys(("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    pool: Executor = get_reusable_executor(max_workers=workers, env=single)
    return pool


def _check(scenarios: list[Scenario], members: int, seed: int, workers: int | None) -> None:
    if not scenarios:
        raise InputError("no scenario to run", next="give at least one, for example dalian-baseline")
    names = [s.name for s in scenarios]
    if twice := sorted({n for n in names if names.count(n) > 1}):
        raise InputError(
            f"two scenarios have the name {twice[0]!r}", next='give one another name: scenario.with_(name="...")'
        )
    if len({s.region for s in scenarios}) > 1:
        raise InputError("scenarios of several regions cannot be run together yet", allowed="one region in a run")
    _whole("members", members, 1, MOST_MEMBERS)
    _whole("seed", seed, 0, 2**32 - 1)
    if workers is not None:
        _whole("workers", workers, 1, MOST_WORKERS)
    years = max(s.end for s in scenarios) - min(s.start for s in scenarios) + 1
    size = len(scenarios) * members * years * VALUES * 8
    if size > LARGEST_BYTES:
        raise InputError(
            f"the result would take {size / 1e9:.1f} GB in memory",
            allowed="at most 2 GB",
            next="run fewer members or scenarios; a sweep on disk is planned for larger designs",
        )


def _whole(what: str, value: object, low: int, high: int) -> None:
    """Refuse what is not a whole number in the range."""
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise InputError(
            f"{what} is {value!r}",
            allowed=f"a whole number from {low} to {high:,}",
            next=f"give another value of {what}",
        )
