"""Commands that simulate: ``run`` gives verdicts, ``compare`` paired differences."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from digisim.cli.entry import SOME_FAILED, Stopped
from digisim.cli.options import Json, Lang, Members, Out, Seed, Verbose, Workers, check_run
from digisim.errors import InputError, phrase

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from digisim.scenario import Scenario

log = logging.getLogger(__name__)

STANDARD = ["dalian-baseline", "dalian-plan"]
OUT = Path("out")
FIGURES = ("fan", "verdict")
RAISED_MEMBERS = 4  # members whose limits are raised: two draws, so that both readings of the past occur
Names = Annotated[list[str] | None, typer.Argument(metavar="SCENARIO", help="Names or YAML files.")]


def run(
    names: Names = None,
    members: Members = 20,
    seed: Seed = 1,
    workers: Workers = None,
    out: Out = None,
    lang: Lang = "en",
    json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Simulate scenarios many times and say for each target how probable it is; no argument: Dalian."""
    scenarios = _load(names or STANDARD, members, seed, workers, lang)
    count = _begin_workers(workers, members)
    alone = all(len(scenario.parts) == 1 for scenario in scenarios)
    cities = [part.region for part in scenarios[0].parts]
    result, figures = _places(out, cities[0] if alone else scenarios[0].name, cities)
    from digisim.cli.display import progress, show_json
    from digisim.messages import text

    with _interruptible(result, lang) as kept:
        from digisim.ensemble import ensemble
        from digisim.results import content_of
        from digisim.verdicts import simulate_and_bind, verdict
        from digisim.workers import meanwhile

        with progress(text("cli.simulating", lang)) as bar:
            if alone:
                few = min(members, RAISED_MEMBERS)
                many, held = simulate_and_bind(scenarios, few, members, seed, workers=workers, progress=bar)
            else:  # of joined cities every limit of each would have to be raised by itself
                many, held = ensemble(scenarios, members, seed, workers=workers, progress=bar), None
        kept.dataset = many
        packed = meanwhile(count, content_of, many)
        verdicts = verdict(many, binding=held)
        written = _write(packed, many, verdicts, result, figures, lang)
    if json:
        show_json([dict(row) for row in verdicts.to_dict("records")])
    else:
        _tell(many, verdicts, scenarios, lang)
    typer.echo(text("cli.written", lang, paths=", ".join(path.as_posix() for path in written)), err=True)
    _end(many, lang, [] if held is None else held.attrs["failures"])


def _tell(many: xr.Dataset, verdicts: pd.DataFrame, scenarios: list[Scenario], lang: str) -> None:
    """Print the verdicts, what the levers cost, and how old the figures are that cities start from."""
    from digisim.cli.verdict_table import show_verdicts

    show_verdicts(verdicts, many, lang)
    _spending(many, scenarios, lang, table=False)
    _tell_older([part.region for part in scenarios[0].parts], lang)


def _tell_older(cities: Sequence[str], lang: str) -> None:
    """Say which figures that cities start from are older than their base year."""
    from digisim.cli.display import tell
    from digisim.messages import text
    from digisim.regions import load_region, older

    for region in (load_region(city) for city in cities):
        city, base = region.name_zh if lang == "zh" else region.name_en, region.base_year
        for role, row in older(region).items():
            name = text("base.of_year", lang, name=text(f"base.{role}", lang), year=row.year)
            tell(text("base.older", lang, city=city, base=base, name=name, id=row.id), style="dim")


def compare(
    names: Annotated[list[str], typer.Argument(metavar="SCENARIO", help="The first is compared with.")],
    members: Members = 20,
    seed: Seed = 1,
    workers: Workers = None,
    lang: Lang = "en",
    json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Compare scenarios with the first one, member by member; --json gives every indicator and year."""
    if len(names) < 2:
        raise InputError(
            "one scenario alone cannot be compared",
            where="digisim compare",
            allowed="two or more names or files",
            next=f"digisim compare {STANDARD[0]} {names[0] if names[0] != STANDARD[0] else STANDARD[1]}",
        )
    scenarios = _load(names, members, seed, workers, lang)
    from digisim.cli.display import progress, show_json
    from digisim.messages import text

    _begin_workers(workers, members)
    with _interruptible(None, lang):
        from digisim.ensemble import ensemble
        from digisim.verdicts import compare as paired

        with progress(text("cli.simulating", lang)) as bar:
            many = ensemble(scenarios, members, seed, workers=workers, progress=bar)
        differences = paired(many, control=scenarios[0].name)
    if json:
        show_json([dict(row) for row in differences.to_dict("records")])
    else:
        from digisim.cli.verdict_table import show_differences

        show_differences(differences, many, lang)
        _spending(many, scenarios, lang, table=True)
    _end(many, lang)


def _begin_workers(workers: int | None, members: int) -> int:
    """Start the worker processes before this one imports what takes a second; returns how many there are."""
    from digisim.workers import begin, count_of

    count = count_of(workers, members)
    begin(count, "digisim.ensemble")
    return count


class _Kept:
    """What is worth keeping at an interrupt: the whole result, once there is one."""

    dataset: xr.Dataset | None = None


@contextmanager
def _interruptible(path: Path | None, lang: str) -> Iterator[_Kept]:
    """At an interrupt keep the members that finished in a result file, if the command writes one, and say so."""
    kept = _Kept()
    try:
        yield kept
    except KeyboardInterrupt as stop:
        from digisim.messages import text
        from digisim.results import save_results

        done: xr.Dataset | None = getattr(stop, "dataset", kept.dataset)
        if path is None or done is None:
            raise Stopped(text("cli.interrupted", lang)) from None
        if path.exists() and kept.dataset is None:
            path = path.with_name(f"{path.stem}-partial{path.suffix}")  # a whole result is not lost to a part of one
        save_results(done, path)
        finished = int(done.sizes["member"])
        members = getattr(stop, "members", finished)
        said = text("cli.interrupted_kept", lang, finished=finished, members=members, path=path.as_posix())
        raise Stopped(said) from None


def _load(names: list[str], members: int, seed: int, workers: int | None, lang: str) -> list[Scenario]:
    """Check what was asked for before anything is computed or written."""
    check_run(members, seed, workers)
    from digisim.messages import check_language
    from digisim.scenario import load_scenario

    check_language(lang)
    scenarios = [load_scenario(name) for name in names]
    for name in {each.name for each in scenarios}:
        if [each.name for each in scenarios].count(name) > 1:
            raise InputError(
                phrase("the scenario {name!r} is named twice", name=name),
                where="scenarios",
                allowed="every name once",
                next="leave one of them out",
            )
    for each in scenarios:
        for part in each.parts:
            _check_headline(part.region)
        log.info("scenario %s, hash %s", each.name, each.hash)
    return scenarios


def _check_headline(region: str) -> None:
    """Refuse a region whose headline is not published, before anything is computed."""
    from digisim.regions import load_region, place_in_file
    from digisim.schemas import suggest
    from digisim.statistics import load_indicators

    found, published = load_region(region), load_indicators(region)
    headline = found.headline
    if headline not in published:
        raise InputError(
            phrase("the headline {name!r} of {region!r} is not published", name=headline, region=region),
            where=place_in_file(found, "headline"),
            allowed="an identifier that digisim indicators lists, or none",
            next=suggest(headline, published) or phrase("see: {command}", command="digisim indicators"),
        )


def _places(out: Path | None, name: str, cities: list[str]) -> tuple[Path, dict[str, tuple[Path, Path]]]:
    """Return where the result goes, and the two figures of each city: a folder, or the name of the result file."""
    from digisim.results import check_writable, is_folder

    out = OUT if out is None else out
    if out.suffix not in ("", ".nc") and not is_folder(out):
        raise InputError(
            phrase("a result file cannot end in {suffix!r}", suffix=out.suffix),
            where="--out",
            allowed="a folder, or a file ending in .nc",
            next=phrase("--out {place}; digisim export writes other formats", place=out.with_suffix(".nc").as_posix()),
        )
    result = out if out.suffix == ".nc" and not is_folder(out) else out / f"{name}.nc"
    stems = {city: result.stem if len(cities) == 1 else f"{result.stem}-{city}" for city in cities}
    fan, chart = ({city: result.with_name(f"{stem}-{kind}.png") for city, stem in stems.items()} for kind in FIGURES)
    for place in (result, *fan.values(), *chart.values()):
        check_writable(place)
    return result, {city: (fan[city], chart[city]) for city in cities}


def _write(
    packed: Callable[[], bytes], many: xr.Dataset, verdicts: pd.DataFrame, result: Path,
    figures: dict[str, tuple[Path, Path]], lang: str,
) -> list[Path]:  # fmt: skip
    """Write the result, which a worker packs while the figures are drawn and written; return what was written."""
    from digisim.results import write_atomically

    drawn: list[tuple[Path, Any]] = []
    try:
        drawn = _draw(many, verdicts, figures, lang)
        for path, figure in drawn:
            write_atomically(path, figure.savefig)
            log.info("wrote %s", path)
    finally:  # the result is written whatever becomes of the figures
        content = packed()
        write_atomically(result, lambda beside: beside.write_bytes(content))
    return [result, *(path for path, _ in drawn)]


def _draw(
    many: xr.Dataset, verdicts: pd.DataFrame, figures: dict[str, tuple[Path, Path]], lang: str
) -> list[tuple[Path, Any]]:
    """Draw for each city the fan of its headline and the chart of the targets that are scored."""
    os.environ.setdefault("MPLBACKEND", "Agg")  # files are written, no window is opened
    from digisim import plot
    from digisim.regions import load_region
    from digisim.verdicts.summary import named_runs

    named = verdicts.assign(scenario=named_runs(verdicts, lang))  # a figure of one city of several says which
    scored = named[named["status"] == "scored"]
    drawn: list[tuple[Path, Any]] = []
    for city, (fan, chart) in figures.items() if len(scored) else ():
        mine = scored[scored["region"] == city]
        own = many.sel(city=[city])
        drawn.append((fan, plot.fan(own, load_region(city).headline, target=mine, lang=lang).get_figure()))
        if len(mine):
            drawn.append((chart, plot.verdict_chart(mine, lang=lang)))
    return drawn


def _spending(many: xr.Dataset, scenarios: list[Scenario], lang: str, *, table: bool) -> None:
    """Say what the levers were to cost and what they cost: of each in a table, or of all in a sentence."""
    from digisim.cli.spending_table import show_spending, tell_spending
    from digisim.verdicts import spending

    show = show_spending if table else tell_spending
    show(spending(many, scenarios), lang)


def _end(many: xr.Dataset, lang: str, raised: Sequence[Mapping[str, Any]] = ()) -> None:
    """List the members that broke off, also those with a limit raised, and leave with the exit code for that."""
    from digisim.messages import text
    from digisim.results import failures
    from digisim.verdicts.summary import limit_name

    plain = failures(many)
    known = {(each["scenario"], each["member"], each["error"]) for each in plain}
    broken = [*plain, *(each for each in raised if (each["scenario"], each["member"], each["error"]) not in known)]
    for each in broken:
        said = {**each, "stage": text(f"stage.{each['stage']}", lang)}
        if "limit" in each:
            said["limit"] = limit_name(each["limit"], lang)
        typer.echo(text("cli.failed_raised" if "limit" in each else "cli.failed", lang, **said), err=True)
    if broken:
        raise typer.Exit(SOME_FAILED)
