"""Commands that list what there is: registers, scenarios, the order of the quarter."""

from __future__ import annotations

from typing import Annotated

import typer

from digisim.cli.options import Json, Lang, Verbose


def evidence(
    coverage: Annotated[bool, typer.Option("--coverage", help="How many figures are held and used.")] = False,
    lang: Lang = "en",
    json: Json = False,
    verbose: Verbose = False,
) -> None:
    """List the figures of the documents, each with its place, unit and role."""
    from digisim.audit.coverage import coverage as count
    from digisim.cli.display import listing
    from digisim.evidence import figures
    from digisim.messages import check_language

    check_language(lang)
    if coverage:
        counted = [{str(k): v for k, v in row.items()} for row in count().to_dict("records")]
        listing(counted, ["document", "role", "held", "model", "audit"], as_json=json, lang=lang)
        return
    rows = [held.model_dump(mode="json") for held in figures().values()]
    listing(rows, ["id", f"name_{lang}", "value", "unit", "year", "role"], as_json=json, lang=lang)


def levers(lang: Lang = "en", json: Json = False, verbose: Verbose = False) -> None:
    """List the levers: what a government can do, with unit, range and the measures each stands for."""
    from digisim.cli.display import listing
    from digisim.messages import check_language
    from digisim.policy import load_levers

    check_language(lang)
    rows = [lever.model_dump(mode="json") | {"allowed": lever.allowed()} for lever in load_levers().values()]
    listing(rows, ["name", f"name_{lang}", "allowed", "in_force", "family"], as_json=json, lang=lang)


def targets(lang: Lang = "en", json: Json = False, verbose: Verbose = False) -> None:
    """List the targets of the plans: which figure, by whose count, or why it is not scored."""
    from digisim.cli.display import listing
    from digisim.messages import check_language
    from digisim.targets import load_targets

    check_language(lang)
    rows = []
    for target in load_targets():
        row = target.model_dump(mode="json", exclude={"operators"})
        repeats = f"repeats {target.duplicate_of}" if target.duplicate_of else ""
        note = target.reason_unscored or repeats or target.indicator
        rows.append(row | {"operator": list(target.operators), "note": note})
    listing(rows, ["id", f"name_{lang}", "year", "printed", "operator", "note"], as_json=json, lang=lang)


def indicators(lang: Lang = "en", json: Json = False, verbose: Verbose = False) -> None:
    """List the published indicators: identifier, unit and definition."""
    from digisim.cli.display import listing
    from digisim.messages import check_language
    from digisim.statistics import load_indicators

    name = {"en": "long_name", "zh": "long_name_zh"}[check_language(lang)]
    rows = [row.model_dump(mode="json") for row in load_indicators().values()]
    listing(rows, ["name", name, "unit", "operator", "definition"], as_json=json, lang=lang)


def scenarios(lang: Lang = "en", json: Json = False, verbose: Verbose = False) -> None:
    """List the scenarios that come with digisim."""
    from digisim.cli.display import listing
    from digisim.messages import check_language
    from digisim.scenario import load_scenario, scenario_names

    check_language(lang)
    rows = []
    for each in (load_scenario(name) for name in scenario_names()):
        values = {lever: {str(date): value for date, value in path} for lever, path in each.levers.items()}
        row = {key: getattr(each, key) for key in ("name", "region", "start", "end", "outlook", "hash")}
        told = {"description_en": each.description_en, "description_zh": each.description_zh}
        rows.append(row | told | {"levers": values})
    listing(rows, ["name", "region", "start", "end", "outlook", f"description_{lang}"], as_json=json, lang=lang)


def regions(lang: Lang = "en", json: Json = False, verbose: Verbose = False) -> None:
    """List the regions that have evidence."""
    from digisim.cli.display import listing
    from digisim.messages import check_language
    from digisim.regions import load_region, region_names

    check_language(lang)
    fields = ("name", "name_en", "name_zh", "base_year", "horizon")
    rows = [{key: getattr(each, key) for key in fields} for each in (load_region(name) for name in region_names())]
    listing(rows, ["name", f"name_{lang}", "base_year", "horizon"], as_json=json, lang=lang)


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
