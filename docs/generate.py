"""Writes docs/reference and docs/economics/simple.md from the registers and the pages: ``python docs/generate.py``."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import digisim.rng
from digisim import evidence
from digisim.audit import Finding, counts, findings, sections
from digisim.audit.cases import load_cases
from digisim.clock import Quarter
from digisim.messages import LANGUAGES
from digisim.messages import text as said
from digisim.parameters import Parameter, load_parameters
from digisim.policy import Lever, lever_families, load_levers
from digisim.policy.coverage import coverage, measures_by_lever, without_lever
from digisim.policy.rules import load_rules
from digisim.quarter import QUARTER
from digisim.rng import Stream
from digisim.scenario import EFFORTS, family_scenarios
from digisim.state.table import load_columns
from digisim.statistics import load_indicators
from digisim.targets import load_targets
from digisim.units import format_quantity

DOCS = Path(__file__).parent
NOTE = "<!-- Written by docs/generate.py; `make docs` writes it anew. -->"
SIMPLE = "## What is still simple"
ORDER = ("start", *(step.process.page for step in QUARTER), "accounts", "scorecard")


def table(head: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    """Return a Markdown table.

    >>> print(table(["a", "b"], [[1, "x|y"]]))
    | a | b |
    |---|---|
    | 1 | x\\|y |
    """
    cells = [[" ".join(str(cell).split()).replace("|", "\\|") for cell in row] for row in (head, *rows)]
    lines = [f"| {' | '.join(row)} |" for row in cells]
    return "\n".join([lines[0], "|" + "---|" * len(cells[0]), *lines[1:]])


def page(title: str, lead: str, *parts: str) -> str:
    """Return a generated page with its note, title and parts."""
    return "\n\n".join([NOTE, f"# {title}", lead, *parts]) + "\n"


def _number(value: float) -> str:
    return f"{value:.4g}"


def _law(row: Parameter) -> str:
    numbers = ", ".join(f"{key} {_number(value)}" for key, value in row.prior.numbers().items())
    scale = f", times {_number(row.scale)}" if row.scale != 1.0 else ""
    return f"{row.prior.dist} ({numbers}){scale}"


def parameters() -> str:
    """Every parameter with symbol, unit, prior and what it rests on."""
    rows = [
        (f"`{r.name}`", r.symbol, r.unit, r.meaning, _law(r), r.source or f"*Assumption.* {r.assumption}", r.used_by)
        for r in load_parameters().values()
    ]
    lead = (
        "A prior stays as printed in its source; the factor behind it brings it to the unit. In sources, S marks what "
        "was read, M a number from memory of the literature, J judgement."
    )
    return page("Parameters", lead, table(["name", "symbol", "unit", "meaning", "prior", "rests on", "read by"], rows))


def _unit_cost(row: Lever) -> str:
    if row.free:
        return "nothing"
    if row.unit_cost is None:
        return "the value itself"
    unit = "1" if row.unit == "1" else f"1 {row.unit}"
    amount, cost = format_quantity(row.unit_cost.amount, "CNY/year"), row.unit_cost
    size = " times ".join(f"`{name}`" for name in cost.follows)
    other = f"Elsewhere it goes with {size}, unless the city states its own." if size else "Alike in all cities."
    kept = f", {format_quantity(cost.set_aside, 'CNY/year')} set aside," if cost.set_aside else ""
    return f"{amount} for {unit}{kept} in {cost.stated_for}, all of it carried out. {cost.assumption} {other}"


def _lever(row: Lever) -> str:
    cap = f"{format_quantity(row.cap.amount, 'CNY')} per {row.cap.per}, {row.cap.period}" if row.cap else "none"
    ceiling = row.budget.ceiling_share
    budget = row.budget.kind + (f", at most {ceiling:.1%} of base-year sector revenue a year" if ceiling else "")
    facts = [
        ("中文", row.name_zh), ("unit", row.unit), ("range", f"{row.allowed()}. {row.range_reason}"),
        ("value in force", format_quantity(row.in_force, row.unit)), ("family", row.family),
        ("acts on", f"{row.acts_on.entity}: {row.acts_on.what}"), ("eligible", row.eligibility), ("cap", cap),
        ("budget", budget), ("unit cost", _unit_cost(row)), ("payer", row.payer), ("mechanism", row.mechanism),
        ("needs of the city", ", ".join(f"`{name}`" for name in row.needs) or "nothing"), ("note", row.note or "none"),
        ("parameters", ", ".join(f"`{name}`" for name in row.parameters)),
        ("printed rule", row.rule or "none"),
        ("stands for", f"{len(row.measures)} measures: {', '.join(row.measures)}"),
    ]  # fmt: skip
    return f"## `{row.name}`\n\n{row.name_en}\n\n{table(['', ''], facts)}"


def _families() -> str:
    """A row a lever, by family: mechanism and parameters, and its value where the family acts alone at an effort."""
    rows = load_levers()
    made = [family_scenarios("dalian", effort) for effort in EFFORTS]
    first = Quarter(2021, 1)
    cells = [
        (
            f"{family} {rows[name].family_zh}" if k == 0 else "", f"`{name}`", rows[name].mechanism,
            ", ".join(f"`{each}`" for each in rows[name].parameters),
            *(format_quantity(float(_number(at[family].values(first)[name])), rows[name].unit) for at in made),
        )
        for family, names in lever_families().items()
        for k, name in enumerate(names)
    ]  # fmt: skip
    head = ["family", "lever", "mechanism", "parameters", *(f"Dalian, {effort:.2%} of revenue" for effort in EFFORTS)]
    lead = (
        "The last columns are the values of `digisim.scenario.family_scenarios`: each family alone, the effort split "
        "evenly over its levers, money turned into a value by the unit cost and by the share that is carried out."
    )
    return f"## Families\n\n{lead}\n\n{table(head, cells)}"


def levers() -> str:
    """Every lever with unit, range, eligibility and mechanism."""
    lead = "A lever is a deviation from base-year practice: all at their value in force are the baseline."
    return page("Levers", lead, _families(), *(_lever(row) for row in load_levers().values()))


def _effects() -> dict[str, list[dict[str, str]]]:
    """What docs/effects.py measured, by lever."""
    found: dict[str, list[dict[str, str]]] = {}
    with (DOCS / "results" / "levers.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            found.setdefault(row["lever"], []).append(row)
    return found


def _moved(row: Mapping[str, str]) -> str:
    if not row["median"]:
        return "nothing of the industry by itself"
    low, median, high = (float(row[name]) for name in ("low", "median", "high"))
    return f"{row['indicator_en']} {row['indicator_zh']}: {median:+g}% ({low:+g} to {high:+g})"


def _stands_for(name: str) -> str:
    """How many measures a lever stands for, by city."""
    cities = {held.region: len(measures_by_lever(held.region)[name]) for held in evidence.documents().values()}
    return ", ".join(f"{city.capitalize()} {count}" for city, count in cities.items() if count)


def _levers_with_effects() -> str:
    laws, effects = load_parameters(), _effects()
    rows = [
        (
            f"`{row.name}` {row.name_zh}", f"{row.family} {row.family_zh}", len(row.measures), _stands_for(row.name),
            row.mechanism, "; ".join(f"`{each}` {_law(laws[each])}" for each in row.parameters),
            "as printed" if row.rule and row.unit == "1" else effects[row.name][0]["value"],
            "; ".join(_moved(each) for each in effects[row.name]),
            f"{float(effects[row.name][0]['cost']) / 1e8:.3g}",
        )
        for row in load_levers().values()
    ]  # fmt: skip
    head = ["lever", "family", "measures", "by city", "mechanism", "priors", "shown at", "own indicator", "亿 CNY/year"]
    return table(head, rows)


def measures() -> str:
    """Every lever with its measures, priors and effect; printed rules; measures without a lever."""
    held = coverage().groupby("document", sort=False)[["measures", "mapped", "explained"]].sum()
    counts = [(name, *row) for name, row in zip(held.index, held.to_numpy().tolist(), strict=True)]
    idle = without_lever().groupby(["reason_en", "reason_zh"], sort=False)["id"]
    reasons = [(english, chinese, len(ids), ", ".join(ids)) for (english, chinese), ids in idle]
    rules = [
        (
            f"`{rule.name}`", rule.measure, rule.printed,
            " ".join(filter(None, (rule.eligibility, rule.reading))),
            "the lever of this name" if rule.absent is None else f"nothing. {rule.absent}",
        )
        for rule in load_rules().values()
    ]  # fmt: skip
    total = [sum(row[k] for row in counts) for k in (1, 2, 3)]
    lead = (
        f"Of {total[0]} measures of the five documents that concern the industry {total[1]} stand under a lever and "
        f"{total[2]} have a reason why none: `digisim levers --coverage`. Which measures a lever stands for is in "
        "[levers](levers.md)."
    )
    effect = (
        "Each lever alone in Dalian from 2021 on, at half a per cent of sector revenue a year (or at the end of its "
        "range) or, where a document prints the amounts, at these; the change of its own indicator from the baseline "
        "with the same parameters and luck: median over 20 draws, 10% to 90% in brackets, in per cent (points for a "
        "share). `docs/effects.py` measures it. Where the bracket holds zero the lever may be useless."
    )
    return page(
        "Measures and their levers", lead, table(["document", "measures", "with a lever", "explained"], counts),
        f"## What a lever does\n\n{effect}\n\n{_levers_with_effects()}",
        f"## Printed rules\n\n{table(['rule', 'measure', 'printed', 'for whom', 'paid by'], rules)}",
        f"## Measures without a lever\n\n{table(['reason', '原因', 'measures', 'which'], reasons)}",
    )  # fmt: skip


def indicators() -> str:
    """Every published indicator with its definition."""
    rows = [
        (f"`{r.name}`", r.long_name, r.long_name_zh, r.unit, r.operator, r.summary, r.definition)
        for r in load_indicators().values()
    ]
    lead = "What the statistical office publishes at the end of each year."
    return page(
        "Indicators", lead, table(["name", "long name", "中文", "unit", "count", "summary", "definition"], rows)
    )


def columns() -> str:
    """Every column of firms and talent."""
    parts = []
    for entity in ("firm", "talent"):
        rows = [
            (f"`{c.name}`", c.dtype + (f" x {c.width}" if c.width > 1 else ""), c.unit, c.default, c.owner, c.meaning)
            for c in load_columns()
            if c.entity == entity
        ]
        parts.append(f"## {entity}\n\n{table(['name', 'type', 'unit', 'default', 'owner', 'meaning'], rows)}")
    lead = "One row an agent. A column owned by `flows` has several writers and changes only through `state/flows.py`."
    return page("Columns", lead, *parts)


def targets() -> str:
    """Every target of the plans, scored or with the reason why not."""
    rows = [
        (
            f"`{t.id}`", t.region, t.name_en, t.name_zh, t.year, t.printed, t.kind if t.indicator else "",
            f"`{t.indicator}`" if t.indicator else "",
            ", ".join(t.operators), t.reason_unscored or (f"repeats {t.duplicate_of}" if t.duplicate_of else ""),
            t.reading,
        )
        for t in load_targets()
    ]  # fmt: skip
    head = ["id", "city", "name", "中文", "year", "printed", "kind", "indicator", "counts", "not scored because"]
    lead = "Targets of the five documents; the id is that of the figure."
    return page("Targets", lead, table([*head, "read as"], rows))


def streams() -> str:
    """Every stream of chance, with the files that draw from it."""
    package = Path(digisim.rng.__file__).parent
    sources = {path.relative_to(package).as_posix(): path.read_text(encoding="utf-8") for path in package.rglob("*.py")}
    meaning = dict(re.findall(r"^    ([A-Z_]+) = \d+  #: (.+)$", sources["rng.py"], re.M))
    rows = []
    for stream in Stream:
        drawn = re.compile(rf"\bStream\.{stream.name}\b")
        used = [f"`{name}`" for name in sorted(sources) if name != "rng.py" and drawn.search(sources[name])]
        rows.append((stream.value, f"`{stream.name}`", meaning[stream.name], ", ".join(used)))
    lead = "One name per kind of decision; a number is never reused. See [chance](../implementation/chance.md)."
    return page("Streams of chance", lead, table(["number", "name", "decides", "drawn in"], rows))


def quarter() -> str:
    """The processes in their order, with reasons, and what each promises to read and write."""
    steps = [
        (k, f"[{s.process.name}](../economics/{s.process.page}.md)", s.reason_en, s.reason_zh)
        for k, s in enumerate(QUARTER, 1)
    ]
    promises = [
        (
            step.process.name,
            *(
                " ".join(sorted(getattr(step.process, f"{entity}_{how}", ())))
                for how in ("reads", "writes")
                for entity in ("firm", "talent")
            ),
        )
        for step in QUARTER
    ]
    head = ["process", "reads of firms", "reads of talent", "writes of firms", "writes of talent"]
    lead = "The order is a model assumption: data goes one way."
    return page(
        "The quarter", lead, table(["step", "process", "reason", "理由"], steps), "## Promises", table(head, promises)
    )


def _figures(document: str) -> str:
    rows = [
        (f"`{f.id}`", f.name_en, f.name_zh, f.year, f.printed, _number(f.value), f.unit, f.role, f.scope, f.locator)
        for f in evidence.figures().values()
        if f.document == document
    ]
    return table(["id", "name", "中文", "year", "printed", "value", "unit", "role", "scope", "place"], rows)


def archive() -> str:
    """Documents with their figures, published history by series, effect sizes."""
    parts = [
        f"## {d.title_en}\n\n{d.title_zh} ({d.issuer_en}, {d.number}, {d.date})\n\n{_figures(name)}"
        for name, d in evidence.documents().items()
    ]
    series: dict[tuple[str, str], list[int]] = {}
    for row in evidence.history():
        series.setdefault((row.region, row.indicator), []).append(row.year)
    held = [(*key, len(years), min(years), max(years)) for key, years in sorted(series.items())]
    history = f"## Published history\n\n{table(['region', 'indicator', 'values', 'first', 'last'], held)}"
    sizes = [(f"`{name}`", e.meaning, e.unit, e.confidence, e.source) for name, e in evidence.effects().items()]
    effects = f"## Effect sizes\n\n{table(['name', 'meaning', 'unit', 'confidence', 'source'], sizes)}"
    return page("Evidence", "Figures are never rewritten; values are in canonical units.", *parts, history, effects)


def bullets(text: str) -> list[str]:
    """Return the points of a page's last section, each on one line.

    >>> bullets("## What is still simple\\n\\n- **One**: a\\n  b.\\n- Two.\\n")
    ['**One**: a b.', 'Two.']
    """
    part = text.split(SIMPLE, 1)[1]
    return [" ".join(each.split()) for each in re.split(r"^- ", part, flags=re.M)[1:]]


def simple() -> str:
    """What is still simple, process by process, from the pages themselves."""
    rows = []
    for name in ORDER:
        text = (DOCS / "economics" / f"{name}.md").read_text(encoding="utf-8")
        rows += [(f"[{name}]({name}.md)" if k == 0 else "", each) for k, each in enumerate(bullets(text))]
    lead = (
        "What the economics of a software industry asks for and this version leaves out. The list comes from the last "
        "section of each page."
    )
    return page("What is still simple", lead, table(["page", "still simple"], rows))


def _grave(each: Finding) -> str:
    return " ".join(said(f"audit.severity.{each.severity}", lang) for lang in LANGUAGES)


def _found(each: Finding) -> tuple[str, ...]:
    figures = ", ".join(f"`{id}`" for id in each.figures)
    return _grave(each), f"`{each.id}`", each.text_en, each.text_zh, figures


def audit_cases() -> str:
    """What the audit finds in the documents of the archive, and where each case of the inventory stands."""
    found = findings()
    by_id = {each.id: each for each in found}
    rows = [
        (
            row.id, row.title_en, row.title_zh,
            ", ".join(f"`{id}` ({_grave(by_id[id])})" for id in row.findings)
            or f"*Not computed.* {row.reason_en} {row.reason_zh}",
        )
        for row in load_cases().values()
    ]  # fmt: skip
    head = ["", "finding", "what it says", "中文", "figures"]
    parts = [
        f"## {title}\n\n{counts(group)}\n\n{table(head, map(_found, group))}"
        for title, group in sections(found).items()
    ]
    lead = (
        "What arithmetic alone says of the documents. A *contradiction* cannot hold as printed; a *tension* holds only "
        "if a definition differs or the pace changes; what is *for information* the documents leave to the reader. "
        "Every number is computed from the figures named. "
        "[Hold your own plan against the same checks](../howto/audit-a-plan.md)."
    )
    cases = f"## The cases of the inventory\n\n{table(['number', 'case', '中文', 'found as'], rows)}"
    return page("What the audit finds", lead, *parts, cases)


PAGES: dict[str, Callable[[], str]] = {
    "economics/simple.md": simple,
    "reference/audit-cases.md": audit_cases,
    "reference/columns.md": columns,
    "reference/evidence.md": archive,
    "reference/indicators.md": indicators,
    "reference/levers.md": levers,
    "reference/measures.md": measures,
    "reference/parameters.md": parameters,
    "reference/quarter.md": quarter,
    "reference/streams.md": streams,
    "reference/targets.md": targets,
}
"""Path below docs/ -> what the page must say."""


def main() -> None:
    """Write every generated page."""
    for name, write in PAGES.items():
        path = DOCS / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(write(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
