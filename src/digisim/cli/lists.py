"""Commands that list what there is: registers, scenarios, the order of the quarter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any

import typer

from digisim.cli.options import Json, Lang, OfRegion, OneRegion, Verbose
from digisim.errors import InputError, phrase

Row = Mapping[str, Any]
OF_REVENUE = "share of base-year sector revenue"
"""What the range of a lever in CNY is measured in where no region is named."""
ADDED = "not in the inventory"
"""How the archive begins its remark on a figure that the inventory of the documents lacks."""


def evidence(
    coverage: Annotated[bool, typer.Option("--coverage", help="What is held and used, and why not the rest.")] = False,
    region: OneRegion = None,
    lang: Lang = "en",
    json: Json = False,
    verbose: Verbose = False,
) -> None:
    """List the figures of the documents with unit, year and role; --json has the place and the printed words too."""
    from digisim.cli.display import listing
    from digisim.evidence import figures
    from digisim.messages import check_language

    check_language(lang)
    _one_of("evidence", coverage=coverage, region=region is not None)
    if coverage:
        _coverage(lang, json)
        return
    rows = _of(region, [held.model_dump(mode="json") for held in figures().values()])
    brought = _of(region, _brought())
    if json:
        rows += brought
    words = {"role": _role(lang), "value": _value}
    if lang == "zh":  # the documents are Chinese: their own numbers and units read best
        words |= {"value": lambda row: f"{row['printed_value']:.15g}", "unit": lambda row: row["printed_unit"]}
    shown = ["id", f"name_{lang}", "value", "unit", "year", "role"]
    listing(rows, shown, as_json=json, lang=lang, words=words)
    if brought and not json:
        _show_brought(brought, lang)


def _of(region: str | None, rows: list[Row]) -> list[Row]:
    """Return the rows of a region, all where none is named; an unknown one is refused."""
    from digisim.regions import load_region

    return rows if region is None else [row for row in rows if row["region"] == load_region(region).name]


def _brought() -> list[Row]:
    """Return the figures that files of regions bring along, which the archive does not hold, each with its origin."""
    from digisim.regions import known, load_region, region_names

    rows: list[Row] = []
    for region in (load_region(name) for name in region_names()):
        for own in region.figures:
            row, role = known(own.id, region), "assumption" if own.assumption else "source"
            told = own.model_dump(mode="json") | {"value": row.value, "unit": row.unit, "role": role}
            told |= {"printed_value": own.value, "printed_unit": own.unit}
            rows.append(told | {"document": f"regions/{region.name}.yaml", "region": region.name})
    return rows


def _show_brought(rows: list[Row], lang: str) -> None:
    """Print what files of regions bring along, and what it rests on: a source, or an assumption, which is marked."""
    from digisim.cli.display import table, tell
    from digisim.messages import text

    tell(f"\n{text('evidence.brought', lang)}")
    sides = {"id": "whole", "title": "left", "value": "right", "unit": "left", "year": "right", "origin": "left"}
    cells = []
    for row in rows:
        said = (lang == "zh" and row[f"{row['role']}_zh"]) or row[row["role"]]
        origin = text(f"origin.{row['role']}", lang, said=said)
        amount = [f"{row['printed_value']:.15g}", row["printed_unit"]] if lang == "zh" else [_value(row), row["unit"]]
        cells.append([row["id"], row[f"name_{lang}"], *amount, str(row["year"]), origin])
    table({text(f"list.{name}", lang): side for name, side in sides.items()}, cells)


def _coverage(lang: str, json: bool) -> None:
    """Print how many figures are held and used, then why the others are not; JSON has both, with the ids."""
    from digisim.audit.coverage import USES, coverage, idle
    from digisim.cli.display import show_json, table, tell
    from digisim.evidence import figures
    from digisim.messages import text

    counts: list[Row] = [{str(k): v for k, v in row.items()} for row in coverage().to_dict("records")]
    idles: list[Row] = [{str(k): v for k, v in row.items()} for row in idle().to_dict("records")]
    if json:
        kind = ("document", "role")
        same = [[row for row in idles if all(row[k] == each[k] for k in kind)] for each in counts]
        show_json(
            [
                {**each, "why_unused": [{k: v for k, v in row.items() if k not in kind} for row in rows]}
                for each, rows in zip(counts, same, strict=True)
            ]
        )
        return
    role = _role(lang)
    numbers = ["held", *USES, "audit", "unused"]
    sides = {"document": "whole", "role": "left", **dict.fromkeys(numbers, "right")}
    cells = [[row["document"], role(row), *(str(row[name]) for name in numbers)] for row in counts]
    table({text(f"list.{name}", lang): side for name, side in sides.items()}, cells)
    held, unused = (sum(row[name] for row in counts) for name in ("held", "unused"))
    added = sum(row.corrections.startswith(ADDED) for row in figures().values())
    mended = [row.id for row in figures().values() if row.corrections and not row.corrections.startswith(ADDED)]
    sums = {"held": held, "listed": held - added, "added": added, "used": held - unused, "corrected": len(mended)}
    which = ("、" if lang == "zh" else ", ").join(mended)
    tell(f"{text('evidence.coverage', lang, **sums, which=which)}\n")
    why = {"document": "whole", "role": "left", "unused": "right", "why_unused": "left"}
    told = [[row["document"], role(row), str(len(row["figures"])), row[f"reason_{lang}"]] for row in idles]
    table({text(f"list.{name}", lang): side for name, side in why.items()}, told)


def levers(
    coverage: Annotated[
        bool, typer.Option("--coverage", help="What the levers stand for, and why there is none for the rest.")
    ] = False,
    rules: Annotated[
        bool, typer.Option("--rules", help="Rules that documents print with their numbers, and what pays them here.")
    ] = False,
    region: OfRegion = None,
    lang: Lang = "en",
    json: Json = False,
    verbose: Verbose = False,
) -> None:
    """List the levers: what a government can do, with unit and range; with --region in amounts and spending."""
    from digisim.cli.display import listing
    from digisim.messages import check_language
    from digisim.messages.amounts import amount
    from digisim.policy import levers_of, load_levers, most_spent

    check_language(lang)
    _one_of("levers", coverage=coverage, rules=rules, region=region is not None)
    if coverage:
        _measures(lang, json)
        return
    if rules:
        _rules(lang, json)
        return
    held = load_levers() if region is None else levers_of(region)
    rows = [
        lever.model_dump(mode="json")
        | {"allowed": lever.allowed(), "range_unit": OF_REVENUE if lever.of_revenue else lever.unit}
        for lever in held.values()
    ]
    family = "family_zh" if lang == "zh" else "family"
    shown = ["name", f"name_{lang}", "allowed", "in_force", family]
    words = {"allowed": _range(lang)}
    if region is not None:
        shown[3], most = "most", most_spent(region)
        rows = [row | {"most": most[row["name"]]} for row in rows]
        words["most"] = lambda row: amount(row["most"], "CNY", lang)
    listing(rows, shown, as_json=json, lang=lang, words=words)


def _one_of(command: str, **asked: bool) -> None:
    """Refuse options of which each asks for another list."""
    given = [f"--{name}" for name, is_asked in asked.items() if is_asked]
    if len(given) > 1:
        raise InputError(
            phrase("these options ask for different lists: {given}", given=", ".join(given)),
            where=f"digisim {command}",
            allowed="one of them",
            next="call the command once for each",
        )


def _rules(lang: str, json: bool) -> None:
    """Print each printed rule: for whom, as printed, and the lever that pays it or why none does."""
    from digisim.cli.display import listing
    from digisim.messages import text
    from digisim.policy.rules import load_rules

    own = "_zh" if lang == "zh" else ""

    def paid(row: Row) -> str:
        return text("rules.absent", lang, why=row[f"absent{own}"]) if row["absent"] else text("rules.paid", lang)

    rows = [rule.model_dump(mode="json") | {"paid": None} for rule in load_rules().values()]
    if json:
        rows = [{k: v for k, v in row.items() if k != "paid"} for row in rows]
    listing(rows, ["name", f"eligibility{own}", "printed", "paid"], as_json=json, lang=lang, words={"paid": paid})


def _measures(lang: str, json: bool) -> None:
    """Print how many measures have a lever or a reason why not, then these; JSON has all, with their lever."""
    from digisim.cli.display import show_json, table, tell
    from digisim.evidence import measure_families, measures
    from digisim.messages import text
    from digisim.policy.coverage import coverage, lever_of, without_lever

    counts: list[Row] = [{str(k): v for k, v in row.items()} for row in coverage().to_dict("records")]
    idles: list[Row] = [{str(k): v for k, v in row.items()} for row in without_lever().to_dict("records")]
    if json:
        kind, levers, why = ("document", "family"), lever_of(), {row["id"]: row for row in idles}
        said = {id: {"id": id, "lever": levers.get(id), **_reasons(why.get(id))} for id in measures()}
        of = {id: tuple(getattr(row, k) for k in kind) for id, row in measures().items()}
        same = [[row for id, row in said.items() if of[id] == tuple(each[k] for k in kind)] for each in counts]
        show_json([{**each, "all": rows} for each, rows in zip(counts, same, strict=True)])
        return

    def family(row: Row) -> str:
        return measure_families()[row["family"]].name_zh if lang == "zh" else str(row["family"])

    numbers = ("measures", "mapped", "explained")
    sides = {"document": "whole", "family": "left", **dict.fromkeys(numbers, "right")}
    cells = [[row["document"], family(row), *(str(row[name]) for name in numbers)] for row in counts]
    table({text(f"list.{name}", lang): side for name, side in sides.items()}, cells)
    held, mapped, explained = (sum(row[name] for row in counts) for name in numbers)
    others = [row.id for row in measures().values() if not row.in_scope]
    told = {"done": mapped + explained, "all": held, "mapped": mapped, "explained": explained}
    told |= {"outside": len(others), "bought": sum(id in lever_of() for id in others)}
    tell(text("levers.coverage", lang, **told) + "\n")
    words = "term" if lang == "zh" else "text_en"
    table(
        {text("list.id", lang): "whole", text("list.measure", lang): "left", text("list.why_unmapped", lang): "left"},
        [[row["id"], row[words], row[f"reason_{lang}"]] for row in idles],
    )


def _reasons(row: Row | None) -> dict[str, str | None]:
    return {name: row[name] if row else None for name in ("reason_en", "reason_zh")}


def targets(
    coverage: Annotated[bool, typer.Option("--coverage", help="What is scored, and why not the rest.")] = False,
    region: OneRegion = None,
    lang: Lang = "en",
    json: Json = False,
    verbose: Verbose = False,
) -> None:
    """List the targets of the plans: which figure, by whose count, or why it is not scored."""
    from digisim.cli.display import listing
    from digisim.messages import check_language
    from digisim.regions import own_file, region_names
    from digisim.statistics import load_indicators
    from digisim.targets import load_targets

    check_language(lang)
    _one_of("targets", coverage=coverage, region=region is not None)
    if coverage:
        _target_coverage(lang, json)
        return
    rows: list[Row] = []
    own = [name for name in region_names() if own_file(name) is not None]
    held = load_targets(published=load_indicators(*region_names()))
    for target in [*held, *(each for name in own for each in load_targets(name, load_indicators(name)))]:
        row = target.model_dump(mode="json", exclude={"operators"})
        repeats = f"repeats {target.duplicate_of}" if target.duplicate_of else ""
        note = target.reason_unscored or repeats or target.indicator
        rows.append(row | {"operator": list(target.operators), "note": note})
    rows = _of(region, rows)
    if not json:
        rows.sort(key=lambda row: row["year"])
    words = {"operator": _counts(lang), "note": _note(lang)}
    listing(rows, ["id", f"name_{lang}", "year", "printed", "operator", "note"], as_json=json, lang=lang, words=words)


def _target_coverage(lang: str, json: bool) -> None:
    """Print per document how many targets are scored, repeated, explained, then the reasons; JSON has each target."""
    from digisim.audit.coverage import target_coverage
    from digisim.cli.display import show_json, table, tell
    from digisim.messages import text
    from digisim.targets.records import UNSCORED

    found = target_coverage()
    if json:
        show_json([{str(k): v for k, v in row.items()} for row in found.to_dict("records")])
        return
    known = found[found["listed"]]
    uses = ("scored", "repeated", "explained")
    sides = {"document": "whole", "targets": "right", **dict.fromkeys(uses, "right")}
    cells = [
        [str(document), str(len(rows)), *(str(int((rows["use"] == use).sum())) for use in uses)]
        for document, rows in known.groupby("document", sort=False)
    ]
    table({text(f"list.{name}", lang): side for name, side in sides.items()}, cells)
    counts = {use: int((known["use"] == use).sum()) for use in uses}
    said = text("targets.coverage", lang, targets=len(known), covered=sum(counts.values()), **counts)
    added = found.loc[~found["listed"], "id"].tolist()
    tell(f"{said}\n")
    for kind in UNSCORED:
        why = known[known["kind"] == kind]
        told = [[row.id, getattr(row, f"name_{lang}"), getattr(row, f"reason_{lang}")] for row in why.itertuples()]
        tell(text(f"targets.{kind}", lang, count=len(told)))
        table({text(f"list.{name}", lang): "left" for name in ("id", "title", "why_unused")}, told)
    tell(text("targets.added", lang, added=len(added), ids=", ".join(added)))


def indicators(region: OfRegion = None, lang: Lang = "en", json: Json = False, verbose: Verbose = False) -> None:
    """List the published indicators: identifier, unit and definition; with --region those of its parks too."""
    from digisim.cli.display import listing
    from digisim.messages import check_language
    from digisim.messages.amounts import unit_name
    from digisim.statistics import load_indicators

    own = "_zh" if check_language(lang) == "zh" else ""
    rows = [row.model_dump(mode="json") for row in load_indicators(*([] if region is None else [region])).values()]
    shown = ["name", f"long_name{own}", "unit", "operator", f"definition{own}"]
    words = {"unit": lambda row: unit_name(row["unit"], lang), "operator": _counts(lang)}
    listing(rows, shown, as_json=json, lang=lang, words=words)


def scenarios(lang: Lang = "en", json: Json = False, verbose: Verbose = False) -> None:
    """List the scenarios: those that come with digisim, and yours in the folder scenarios/."""
    from digisim.cli.display import listing
    from digisim.messages import check_language, text
    from digisim.scenario import load_scenario, scenario_names

    check_language(lang)
    rows = []
    for each in (load_scenario(name) for name in scenario_names()):
        values = {
            lever if part is each else f"{part.region}.{lever}": {str(date): value for date, value in path}
            for part in each.parts
            for lever, path in part.levers.items()
        }
        row = {key: getattr(each, key) for key in ("name", "region", "start", "end", "outlook", "hash")}
        told = {"description_en": each.description_en, "description_zh": each.description_zh}
        row["region"] = ", ".join(part.region for part in each.parts)
        rows.append(row | told | {"levers": values})
    shown = ["name", "region", "start", "end", "outlook", f"description_{lang}"]
    listing(
        rows, shown, as_json=json, lang=lang, words={"outlook": lambda row: text(f"outlook.{row['outlook']}", lang)}
    )


def regions(lang: Lang = "en", json: Json = False, verbose: Verbose = False) -> None:
    """List the regions that have evidence."""
    from digisim.cli.display import listing
    from digisim.messages import check_language, text
    from digisim.regions import load_region, middle, older, own_file, region_names

    check_language(lang)
    own = "_zh" if lang == "zh" else "_en"
    fields = ("name", "name_en", "name_zh", "base_year", "horizon", "revenue_count", "headline")
    rows = []
    for each in (load_region(name) for name in region_names()):
        old = {role: row.year for role, row in older(each).items()}
        figures = {
            role: {"value": middle(each, role), "printed": isinstance(held, str), "older": old.get(role)}
            for role, held in each.base_figures.given().items()
        }
        named = {"parks": each.parks, "anchors": each.anchors}
        short = {key: [{k: getattr(row, k) for k in fields[:3]} for row in held] for key, held in named.items()}
        printed = [role for role, figure in figures.items() if figure["printed"]]
        more: dict[str, Any] = {"base_figures": figures, "printed_figures": printed, **short}
        more["written_by_user"] = own_file(each.name) is not None
        rows.append({key: getattr(each, key) for key in fields} | more)
    shown = ["name", f"name_{lang}", "base_year", "horizon", "revenue_count", "printed_figures", "anchors"]
    words = {
        "revenue_count": lambda row: text(f"operator.{row['revenue_count']}", lang),
        "printed_figures": _printed(lang),
        "anchors": lambda row: text("verdict.comma", lang).join(each[f"name{own}"] for each in row["anchors"]),
    }
    listing(rows, shown, as_json=json, lang=lang, words=words)


def quarter(lang: Lang = "en", json: Json = False, verbose: Verbose = False) -> None:
    """Print what happens in a quarter, in order, each step with the reason for its place."""
    from digisim.cli.display import listing
    from digisim.messages import check_language
    from digisim.quarter import QUARTER

    check_language(lang)
    rows = [
        {"step": number, "process": step.process.name, "reason_en": step.reason_en, "reason_zh": step.reason_zh}
        for number, step in enumerate(QUARTER, 1)
    ]
    listing(rows, ["step", "process", f"reason_{lang}"], as_json=json, lang=lang)


def _printed(lang: str) -> Callable[[Row], str]:
    """Return how it is said which base figures are printed and which derived."""
    from digisim.messages import text

    def say(row: Row) -> str:
        held: dict[bool, list[str]] = {True: [], False: []}
        for role, each in row["base_figures"].items():
            name = text(f"base.{role}", lang)
            year = each["older"]
            held[each["printed"]].append(text("base.of_year", lang, name=name, year=year) if year else name)
        comma = text("verdict.comma", lang)
        said = {key: comma.join(names) for key, names in held.items()}
        if not said[False]:
            return said[True]
        return text("base.derived" if said[True] else "base.all_derived", lang, printed=said[True], derived=said[False])

    return say


def _role(lang: str) -> Callable[[Row], str]:
    """Return how the role of a figure is said; a figure outside the industry is marked."""
    from digisim.messages import text

    def say(row: Row) -> str:
        role = text(f"role.{row['role'].replace('-', '_')}", lang)
        return text("role.outside", lang, role=role) if row.get("scope") == "outside" else role

    return say


def _counts(lang: str) -> Callable[[Row], str]:
    """Return how it is said by whose count something is: one operator, or a list of them."""
    from digisim.messages import text

    def say(row: Row) -> str:
        held = row["operator"] if isinstance(row["operator"], list) else [row["operator"]]
        return text("verdict.comma", lang).join(text(f"operator.{each}", lang) for each in held)

    return say


def _value(row: Row) -> str:
    """Return a value as a cell; a calendar year has no comma."""
    from digisim.cli.display import cell

    return f"{row['value']:.15g}" if row["unit"] == "year" else cell(row["value"])


def _range(lang: str) -> Callable[[Row], str]:
    """Return how the range of a lever is written, so that its ends can be typed in a scenario."""
    from digisim.cli.display import cell
    from digisim.messages import text
    from digisim.messages.amounts import amount, unit_name

    def say(row: Row) -> str:
        low, high = row["range"]
        if row["of_revenue"]:
            said = {"low": f"{100 * low:g}", "high": f"{100 * high:g}%", "unit": unit_name(row["unit"], lang)}
            return text("list.range_of_revenue", lang, **said)
        if lang == "zh":
            return text("list.range", lang, low=amount(low, row["unit"], lang), high=amount(high, row["unit"], lang))
        unit = "" if row["unit"] == "1" else f" {row['unit']}"
        return text("list.range", lang, low=cell(low), high=cell(high) + unit)

    return say


def _note(lang: str) -> Callable[[Row], str]:
    """Return how it is said why a target is not scored, or by which indicator it is."""
    from digisim.messages import text

    def say(row: Row) -> str:
        reason = row["reason_unscored_zh" if lang == "zh" else "reason_unscored"]
        repeats = text("list.repeats", lang, other=row["duplicate_of"]) if row["duplicate_of"] else ""
        reading = row["reading_zh" if lang == "zh" else "reading"]
        if reading:
            return text("targets.reading", lang, indicator=row["indicator"], reading=reading)
        return str(reason or repeats or row["indicator"])

    return say
