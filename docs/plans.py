"""Writes the values of the plan scenarios, of dalian-push and of dalian-all anew: ``python docs/plans.py``.

The comments of ``scenarios/<city>-plan.yaml`` state the effort and how it is split; the numbers follow from the
registers of levers and cities, so that they are written again when a measure, a unit cost or an effort changes.
"""

from __future__ import annotations

import re

from digisim.policy import Lever, lever_families, levers_of
from digisim.policy.coverage import measures_by_lever
from digisim.policy.levers import CARRIED_OUT
from digisim.regions import load_region, middle
from digisim.regions.quantities import size
from digisim.resources import scenarios_dir
from digisim.scenario import together

CITIES = ("dalian", "shenzhen", "dongguan", "qingdao")
EFFORT, PUSH, ALL = 0.005, 2.0, 0.01
DIGITS = 4
YI, WAN = 1e8, 1e4


def money(amount: float, gap: str = "", digits: int = DIGITS) -> str:
    """An amount of money as the documents write it.

    >>> money(2597322.9), money(1.0389e8, " ")
    ('259.7万', '1.039 亿')
    """
    amount = float(f"{amount:.{digits}g}")
    for least, name in ((YI, "亿"), (WAN, "万")):
        if amount >= least:
            return f"{amount / least:.{digits + 1}g}{gap}{name}"
    return f"{amount:g}{gap}".rstrip()


def written(row: Lever, value: float, digits: int = DIGITS) -> str:
    """A value as a scenario states it."""
    if row.unit == "1":
        return f"{float(f'{value:.{digits}g}'):.{digits}g}"
    return f'"{money(value, " ", digits)} {row.unit}"'


def lines_of(row: Lever, count: int, announced: float) -> list[str]:
    """A comment with the arithmetic and the value of a lever that stands for some measures."""
    said = f"  # {count} measure{'s' if count > 1 else ''}: "
    if row.unit_cost is None:
        said += f"{count} x {money(announced)}"
    else:
        kept = row.unit_cost.set_aside
        unit = f"{money(kept or row.unit_cost.amount, ' ')} CNY/year {'set aside for' if kept else ''}".rstrip()
        said += f"{money(count * announced)} a year over {unit} a unit"
    return [said, f"  {row.name}: {written(row, row.at_cost(count * announced * row.carried))}"]


def plan(city: str) -> None:
    """Write the plan of a city: its head with the numbers of the split, printed rules at 1, then the split.

    Conditions cost nothing, so that they have no part in the split.
    """
    path, rows = scenarios_dir() / f"{city}-plan.yaml", levers_of(city)
    held = {name: len(ids) for name, ids in measures_by_lever(city).items() if ids}
    counts = {name: count for name, count in held.items() if not rows[name].free}
    total, all_of_them = EFFORT * middle(load_region(city), "revenue"), sum(counts.values())
    carried = size(load_region(city), CARRIED_OUT)
    each = total / all_of_them
    head, body = path.read_text(encoding="utf-8").split("\nlevers:\n", 1)
    head = re.sub(r"(policy/levers\.yaml\)), \d+ in all", rf"\g<1>, {all_of_them} in all", head)
    head = re.sub(r"(#   \S+ ?亿) / \d+ = \S+ a measure", rf"\g<1> / {all_of_them} = {money(each)} a measure", head)
    announced = f"{money(each)} / {carried:.3f} = {money(each / carried)} is announced"
    head = re.sub(r"#   \S+ / 0\.\d+ = \S+ is announced", f"#   {announced}", head)
    printed = [name for name in counts if rows[name].rule is not None and rows[name].unit == "1"]
    rest = all_of_them - sum(counts[name] for name in printed)
    told = f"# {rest} of them get it, the {len(printed)} printed"
    head = re.sub(r"# \d+ of them get it, the \d+ printed", told, head)
    lines = ["  # Printed rules: the whole of the printed amounts"] if printed else []
    lines += [f"  {name}: 1" for name in printed]
    asked = [name for name in held if rows[name].free]
    lines += ["  # Printed conditions, as printed, at no cost", *(f"  {name}: 1" for name in asked)] if asked else []
    for name in (name for name in counts if name not in printed):
        lines += lines_of(rows[name], counts[name], each / carried)
    path.write_text(f"{head}\nlevers:\n" + "\n".join(lines) + "\n", encoding="utf-8")


def push() -> None:
    """Write the levers of Dalian's plan at twice their values."""
    rows, path = levers_of("dalian"), scenarios_dir() / "dalian-push.yaml"
    held = (scenarios_dir() / "dalian-plan.yaml").read_text(encoding="utf-8")
    values = {name: rows[name].read(said.strip('"')) if rows[name].unit != "1" else float(said)
              for name, said in re.findall(r"^  (\w+): (.*)$", held, re.MULTILINE)}  # fmt: skip
    head = path.read_text(encoding="utf-8").split("\nlevers:\n", 1)[0]
    lines = [f"  {name}: {written(rows[name], PUSH * value, DIGITS + 1)}" for name, value in values.items()]
    path.write_text(f"{head}\nlevers:\n" + "\n".join(lines) + "\n", encoding="utf-8")


def all_families() -> None:
    """Write the values at which all families share an effort evenly."""
    rows, path = levers_of("dalian"), scenarios_dir() / "dalian-all.yaml"
    families, values = lever_families(), together("dalian", ALL)
    part = ALL * middle(load_region("dalian"), "revenue") / len(families)
    head = path.read_text(encoding="utf-8").split("\nlevers:\n", 1)[0]
    lines = []
    for family, names in families.items():
        lines.append(f"  # {family}: {money(part)}")
        for name in names:
            value = values[name]
            number = float(value) if isinstance(value, (int, float)) else float(str(value).split(" ", 1)[0])
            lines.append(f"  {name}: {written(rows[name], number)}")
    path.write_text(f"{head}\nlevers:\n" + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    for city in CITIES:
        plan(city)
    push()
    all_families()
