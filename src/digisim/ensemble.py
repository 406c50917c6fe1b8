"""Many runs: members x scenarios into one dataset, spread over worker processes."""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from concurrent.futures import Executor, as_completed
from contextlib import closing
from dataclasses import dataclass
from typing import NamedTuple

import xarray as xr

from digisim.assembly import FREQUENCIES, Run, assemble
from digisim.errors import InputError, StartError, phrase
from digisim.regions import Region, introduce, load_region, own_regions
from digisim.scenario import JointScenario, Scenario, load_scenario
from digisim.simulate import (
    LARGEST_SEED,
    MOST_MEMBERS,
    IndustryModel,
    Start,
    check_frequency,
    check_whole,
    joined,
    prepare,
    prepare_city,
)
from digisim.synthesis import draw_member
from digisim.workers import count_of, end, interrupts_held, pool_of

log = logging.getLogger(__name__)

LARGEST_BYTES = 2_000_000_000  # a dataset in memory; larger designs belong into a sweep on disk
VALUES = 160  # published values a year, for the estimate of size
MOST_WORKERS = 1_024
Failure = dict[str, str | int]
Progress = Callable[[int, int], None]
Part = tuple[list[tuple[int, Run]], list[tuple[int, Failure]], StartError | None]
"""What one member left: its runs and its failures, each with the number of the variant, and why it has no start."""


class Interrupted(KeyboardInterrupt):
    """Somebody interrupted an ensemble: ``dataset`` holds the members that had finished, or is None.

    Members that had not are absent from it and listed in ``attrs["unfinished"]`` (JSON).
    """

    def __init__(self, dataset: xr.Dataset | None, members: int) -> None:
        self.dataset = dataset
        self.members = members
        self.finished = 0 if dataset is None else int(dataset.sizes["member"])
        super().__init__(f"{self.finished} of {members} members had finished")


def ensemble(
    scenarios: Scenario | str | Sequence[Scenario | str],
    members: int = 20,
    seed: int = 1,
    *,
    workers: int | Executor | None = None,
    relax: Mapping[str, float] | None = None,
    progress: Progress | None = None,
    frequency: str = "year",
) -> xr.Dataset:
    """Simulate `members` members of each scenario; dims scenario, member, city, year.

    Member k depends only on (seed, k): 200 members extend 100, and any number of workers gives the same bits. A member
    that fails is kept as NaN and listed in `attrs["failures"]` (JSON). `workers` is how many processes work (one for
    each processor), or an executor of your own (``concurrent.futures``, a cluster's), which stays open. `relax` raises
    limits (orders, people, space, capital), `frequency` "quarter" gives quarters as `simulate` does. An interrupt is
    raised as ``Interrupted``, which holds the finished members. An unknown scenario or frequency, numbers of members or
    workers out of range, and a result of more than 2 GB are an ``InputError``.

    >>> many = ensemble(["dalian-baseline", "dalian-plan"], members=2, workers=1)
    >>> dict(many.sizes)
    {'scenario': 2, 'member': 2, 'city': 1, 'year': 9}
    """
    given = list(scenarios) if isinstance(scenarios, Iterable) and not isinstance(scenarios, str) else [scenarios]
    chosen = [load_scenario(s) for s in given]
    check_frequency(frequency)
    _check(chosen, members, seed, workers, frequency)
    work = Work(tuple(Variant(s, relax, members) for s in chosen), seed, members, _own(chosen), frequency)
    return _simulate(work, len(chosen), workers, progress)[0]


def with_limits_raised(
    scenarios: Sequence[Scenario],
    relaxations: Sequence[Mapping[str, float]],
    few: int,
    members: int = 20,
    seed: int = 1,
    *,
    workers: int | None = None,
    progress: Progress | None = None,
) -> tuple[xr.Dataset, list[xr.Dataset]]:
    """An ensemble, and for each set of raised limits one of the last scenario's first `few` members.

    All runs of a member begin from copies of one start, which takes as long as a run.
    """
    chosen = list(scenarios)
    _check(chosen, members, seed, workers)
    check_whole("few", few, 1, members)
    plain = [Variant(s, None, members) for s in chosen]
    raised = [Variant(chosen[-1], relax, few) for relax in relaxations]
    work = Work((*plain, *raised), seed, members, _own(chosen))
    many, *results = _simulate(work, len(chosen), workers, progress)
    return many, results


def relaxed(
    scenario: Scenario,
    relaxations: Sequence[Mapping[str, float]],
    members: int,
    seed: int,
    *,
    workers: int | None = None,
    progress: Progress | None = None,
) -> list[xr.Dataset]:
    """One ensemble of a scenario for each set of raised limits; a member's start is built once for all of them."""
    _check([scenario], members, seed, workers)
    variants = tuple(Variant(scenario, relax, members) for relax in relaxations)
    return _simulate(Work(variants, seed, members, _own([scenario])), 0, workers, progress)


def _simulate(
    work: Work, together: int, workers: int | Executor | None, progress: Progress | None
) -> list[xr.Dataset]:
    """One dataset of the variants that go `together`, the first ones, if there are any; then one of each other."""
    parts: dict[int, Part] = {}
    groups = [range(together)] if together else []
    groups += [range(k, k + 1) for k in range(together, len(work.variants))]
    try:
        _gather(work, parts, workers, progress)
        if not any(runs for runs, *_ in parts.values()):
            _refuse_all(parts)
        return [_label(parts, work, group) for group in groups]
    except KeyboardInterrupt as stop:
        held = together and any(runs for runs, *_ in parts.values())
        raise Interrupted(_label(parts, work, groups[0]) if held else None, work.members) from stop


def _refuse_all(parts: Mapping[int, Part]) -> None:
    """Where no member has a start for what it drew, the figures are wrong: the first one's reason is the message."""
    reasons = [parts[k][2] for k in sorted(parts)]
    for first in reasons[:1]:
        if first is not None and all(reasons):
            raise first


def _own(scenarios: Sequence[Scenario]) -> tuple[Region, ...]:
    return own_regions(part.region for scenario in scenarios for part in scenario.parts)


class Variant(NamedTuple):
    """A scenario with raised limits, which the first `members` run."""

    scenario: Scenario
    relax: Mapping[str, float] | None
    members: int


@dataclass(frozen=True)
class Work:
    """What there is to run: variants, seed, number of members."""

    variants: tuple[Variant, ...]
    seed: int
    members: int
    regions: tuple[Region, ...] = ()  # of the user's own: a worker process may stand in another folder
    frequency: str = "year"


def run_member(work: Work, member: int) -> Part:
    """All variants of one member; those of one region and outlook begin from copies of one start."""
    introduce(work.regions)
    starts: dict[tuple[str, str], Start] = {}
    runs: list[tuple[int, Run]] = []
    failures: list[tuple[int, Failure]] = []
    refused: StartError | None = None
    said: Failure
    for number, (scenario, relax, members) in enumerate(work.variants):
        if member >= members:
            continue
        stage = "start"
        try:
            begun = _begin(scenario, work.seed, member, starts)
            if isinstance(scenario, JointScenario):
                several = joined(
                    scenario, work.seed, member=member, relax=relax, starts=begun, frequency=work.frequency
                )
                stage = "run"
                runs += [(number, run) for run in several.run()]
                continue
            model = IndustryModel(scenario, work.seed, member=member, relax=relax, start=begun.get(scenario.region))
            if work.frequency == "quarter":
                model.count_quarters()
            stage = "run"
            runs.append((number, model.run()))
        except StartError as error:  # of what this member drew: others may do
            refused = error
            said = {"scenario": scenario.name, "member": member, "stage": stage, "error": str(error)}
            failures.append((number, said))
        except InputError:
            raise  # what the user gave is wrong for every member: a message, not a list of failures
        except Exception as error:  # noqa: BLE001  (one member's failure must not lose the others: it is listed)
            last = traceback.extract_tb(error.__traceback__)[-1]
            where = f"{last.name}, line {last.lineno}"
            said = {"scenario": scenario.name, "member": member, "stage": stage, "error": f"{error} ({where})"}
            failures.append((number, said))
    return runs, failures, refused


def _begin(scenario: Scenario, seed: int, member: int, starts: dict[tuple[str, str], Start]) -> dict[str, Start]:
    """The starts of a scenario's cities, kept for the scenarios that begin alike; the cities of a run are its own."""
    make = prepare_city if isinstance(scenario, JointScenario) else prepare
    for part in scenario.parts:
        key = (part.region, part.outlook)
        if key not in starts and not part.actor_classes:  # actors of the user's own may act in the warm-up too
            starts[key] = make(part, seed, member)
    return {part.region: starts[part.region, part.outlook] for part in scenario.parts if not part.actor_classes}


def _gather(
    work: Work, parts: dict[int, Part], workers: int | Executor | None, progress: Progress | None
) -> None:
    """Put what each member left into `parts` as it is ready: what is there at an interrupt is whole."""
    with closing(_results(work, workers)) as results:
        for member, part in results:
            parts[member] = part
            log.info("member %d is ready, %d of %d", member, len(parts), work.members)
            if progress is not None:
                progress(len(parts), work.members)


def _label(parts: Mapping[int, Part], work: Work, group: range) -> xr.Dataset:
    """Members of a group of variants and their runs in order, whichever came first."""
    variants = [work.variants[k] for k in group]
    members, relax = variants[0].members, variants[0].relax
    numbers = sorted(k for k in parts if k < members)
    scenarios = [each.scenario for each in variants]
    cities = [part.region for part in scenarios[0].parts]
    drawn = {city: [draw_member(load_region(city), work.seed, k) for k in numbers] for city in cities}
    runs = [run for k in numbers for number, run in parts[k][0] if number in group]
    dataset = assemble(scenarios, drawn, runs, work.seed, work.frequency)
    failures = [failure for k in numbers for number, failure in parts[k][1] if number in group]
    dataset.attrs["failures"] = json.dumps(failures, ensure_ascii=False)
    if unfinished := sorted(set(range(members)) - set(numbers)):
        dataset.attrs["unfinished"] = json.dumps(unfinished)
    if relax:
        dataset.attrs["relaxed"] = json.dumps(dict(relax))
    return dataset


def _results(work: Work, workers: int | Executor | None) -> Generator[tuple[int, Part]]:
    """Yield the number and the result of each member as it is ready."""
    own = workers if isinstance(workers, Executor) else None
    count = 0 if isinstance(workers, Executor) else count_of(workers, work.members)
    if count == 1:
        for member in range(work.members):
            yield member, run_member(work, member)
        return
    pool = own or pool_of(count)
    waiting = {}
    try:
        with interrupts_held():
            for member in range(work.members):
                waiting[pool.submit(run_member, work, member)] = member
        for future in as_completed(waiting):
            yield waiting[future], future.result()
    except BaseException:
        if own is None:
            end(pool)
        for future in waiting:
            future.cancel()
        raise


def _check(
    scenarios: list[Scenario], members: int, seed: int, workers: int | Executor | None, frequency: str = "year"
) -> None:
    if not scenarios:
        raise InputError(
            "no scenario to run",
            where="ensemble",
            allowed="one scenario or more",
            next="give at least one, for example dalian-baseline",
        )
    names = [s.name for s in scenarios]
    if twice := sorted({n for n in names if names.count(n) > 1}):
        raise InputError(
            phrase("two scenarios have the name {twice!r}", twice=twice[0]),
            next='give one another name: scenario.with_(name="...")',
        )
    if len({tuple(part.region for part in s.parts) for s in scenarios}) > 1:
        raise InputError(
            "the scenarios are not of the same cities",
            where=", ".join(names),
            allowed="one city, or the same cities joined",
            next="run them one after the other, or write a joint scenario with cities: {...}",
        )
    check_whole("members", members, 1, MOST_MEMBERS)
    check_whole("seed", seed, 0, LARGEST_SEED)
    if workers is not None and not isinstance(workers, Executor):
        check_whole("workers", workers, 1, MOST_WORKERS)
    years = max(s.end for s in scenarios) - min(s.start for s in scenarios) + 1
    size = len(scenarios) * members * years * FREQUENCIES[frequency] * VALUES * 8
    if size > LARGEST_BYTES:
        raise InputError(
            phrase("the result would take {size:.1f} GB in memory", size=size / 1e9),
            allowed="at most 2 GB",
            next="run fewer members or scenarios; a sweep on disk is planned for larger designs",
        )
