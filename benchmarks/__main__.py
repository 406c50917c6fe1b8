"""Runs the benchmarks and prints them; `--runs` repetitions each."""

from __future__ import annotations

import argparse
import platform
import subprocess
import sys
from functools import partial

from rich.console import Console
from rich.table import Table

from benchmarks import kernels, quarters
from benchmarks.timing import Timing, measure
from digisim.scenario import load_scenario
from digisim.simulate import prepare


def process(*arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)


def milliseconds(timing: Timing) -> tuple[str, str, str]:
    return f"{1000 * timing.median:,.1f}", f"{1000 * timing.best:,.1f}", "ms"


def rates(runs: quarters.Runs) -> tuple[str, str, str]:
    return f"{runs.median_rate / 1e6:.2f}", f"{runs.best_rate / 1e6:.2f}", "million talent-quarters/s"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("--runs", type=int, default=7, help="repetitions of each measurement")
    runs = parser.parse_args().runs
    console = Console()
    title = f"digisim on one core of {platform.machine()}, Python {platform.python_version()}"
    table = Table(title=title, title_justify="left")
    for heading, side in (("what", "left"), ("median", "right"), ("best", "right"), ("unit", "left")):
        table.add_column(heading, justify=side, no_wrap=True)

    start = quarters.whole_start("demand_scarce")
    whole = quarters.run_quarters(start, runs)
    scarce = quarters.run_quarters(quarters.whole_start("people_scarce"), runs)
    levers = quarters.run_quarters(start, runs, "dalian-push")
    small = quarters.run_quarters(quarters.small_start(), runs)
    measured = {"demand scarce": whole, "people scarce": scarce, "all levers on": levers, "a small city": small}
    for name, each in measured.items():
        table.add_row(f"{name}, {each.rows / quarters.QUARTERS:,.0f} people", *rates(each))
    table.add_row("32 quarters", *milliseconds(whole.timing))
    variants = kernels.compare(start, 3 * runs)
    for name, timing in variants.items():
        table.add_row(f"talent kernel, {name}", *milliseconds(timing))
    baseline = load_scenario(quarters.SCENARIO)
    table.add_row("a start, warm-up included", *milliseconds(measure(lambda: prepare(baseline, 1, 2), runs)))
    for name, given in (
        ("python alone", ("-c", "pass")),
        ("import digisim", ("-c", "import digisim")),
        ("digisim --help", ("-m", "digisim", "--help")),
    ):
        table.add_row(name, *milliseconds(measure(partial(process, *given), runs)))
    console.print(table)

    slow, fast = variants["one by one"].median, variants["many at once"].median
    row, held = quarters.bytes_per_person(start)
    draws = quarters.time_draws(start, 3 * runs)
    for line in (
        f"A quarter over the drawing of four numbers for each of its people: "
        f"{whole.timing.median / quarters.QUARTERS / draws.median:.1f}",
        f"Time a person and quarter, small city over whole: {whole.median_rate / small.median_rate:.2f} (1 is linear)",
        f"Talent kernel, one by one over many at once: {slow / fast:.2f}",
        f"A quarter with all levers on over one without: {levers.timing.median / whole.timing.median:.2f}",
        f"Memory: {row} bytes a row of talent, {held:.0f} bytes a person with spare rows",
    ):
        console.print(line, highlight=False)


if __name__ == "__main__":
    main()
