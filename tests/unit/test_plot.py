"""Pictures are drawn from SYNTHETIC results (made here, of no city), in both languages, without a missing character."""

from __future__ import annotations

import warnings

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import xarray as xr
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from digisim import plot
from digisim.errors import InputError
from digisim.messages import LANGUAGES
from digisim.messages.amounts import amount
from digisim.messages.scales import readable
from digisim.plot import fonts
from digisim.plot.goals import goals
from digisim.plot.style import spread, wrap

SCENARIOS = ["synthetic-baseline", "synthetic-plan"]
YEARS = np.arange(2020, 2029)
REGIMES = ["people_scarce", "demand_scarce"]
NAMES = {
    "software_revenue": ("CNY", "Software revenue (synthetic)", "软件业务收入（合成数据）", 640e8, 0.10),
    "employees": ("person", "Employees (synthetic)", "从业人员（合成数据）", 2e5, 0.03),
    "firms": ("firm", "Firms (synthetic)", "企业数（合成数据）", 2100.0, 0.02),
    "wage_mean": ("CNY/person/year", "Mean wage (synthetic)", "平均工资（合成数据）", 1.4e5, 0.05),
    "rd_share": ("1", "R&D share of revenue (synthetic)", "研发强度（合成数据）", 0.081, 0.01),
}


def synthetic(members: int = 20, cities: tuple[str, ...] = ("nowhere",)) -> xr.Dataset:
    """Return a made-up results dataset: growth with noise, the second scenario 3 points faster."""
    rng = np.random.default_rng(7)
    regime = np.array([REGIMES[i // 2 % 2] for i in range(members)], dtype=object)
    growth = rng.normal(0, 0.02, (1, members, 1, 1)) + np.where(regime == REGIMES[0], 0.01, -0.03)[None, :, None, None]
    steps = np.cumsum(rng.normal(0, 0.03, (1, members, 1, YEARS.size)), axis=-1)
    faster = np.array([0.0, 0.03])[:, None, None, None]
    time = (YEARS - 2020)[None, None, None, :]
    data = {}
    for name, (unit, long_name, chinese, base, trend) in NAMES.items():
        values = base * np.exp((trend + growth + faster) * time + steps - steps[..., :1])
        values = np.repeat(values, len(cities), axis=2)
        attrs = {"units": unit, "long_name": long_name, "long_name_zh": chinese}
        data[name] = (("scenario", "member", "city", "year"), values, attrs)
    coords = {"scenario": SCENARIOS, "member": np.arange(members), "city": list(cities), "year": YEARS,
              "regime": ("member", regime)}  # fmt: skip
    return xr.Dataset(data, coords=coords, attrs={"version": "0.0.0 (synthetic)", "seed": 7})


def synthetic_verdicts() -> pd.DataFrame:
    """Return a made-up verdict table with two scenarios, three targets, two operators and all regimes."""
    both, ministry, local, latent = ("ministry", "local"), ("ministry",), ("local",), ("latent",)
    targets = [
        ("t-revenue", "software_revenue", "Software revenue", "软件业务收入", 2028, 3000e8, "CNY", both),
        ("t-2025", "software_revenue", "Software business revenue", "软件业务收入", 2025, 1300e8, "CNY", ministry),
        ("t-people", "employees_local", "Employees", "从业人员", 2028, 5e5, "person", local),
        ("t-share", "va_share_gdp", "Value added as a share of GDP", "增加值占生产总值比重", 2025, 0.08, "1", latent),
    ]  # fmt: skip
    rows = []
    for k, (target, indicator, en, zh, year, value, unit, operators) in enumerate(targets):
        for operator in operators:
            for j, regime in enumerate(("all", *REGIMES)):
                for i, scenario in enumerate(SCENARIOS):
                    chance = min(max(0.05 + 0.25 * k + 0.1 * i - 0.04 * j, 0.0), 1.0)
                    middle = value * (0.45 + 0.18 * k + 0.08 * i - 0.05 * j)
                    rows.append({
                        "scenario": scenario, "target": target, "indicator": indicator, "operator": operator,
                        "regime": regime, "year": year, "target_value": value, "probability": chance,
                        "mc_error": (chance * (1 - chance) / 20) ** 0.5, "median": middle, "p10": 0.8 * middle,
                        "p90": 1.25 * middle, "unit": unit, "name_en": en, "name_zh": zh,
                    })  # fmt: skip
    return pd.DataFrame(rows)


def texts(figure: Figure) -> str:
    return "\n".join(found.get_text() for found in figure.findobj(Text) if isinstance(found, Text))


def draw(figure: Figure) -> None:
    """Draw with every warning an error: matplotlib warns of each character that no font holds."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        FigureCanvasAgg(figure).draw()


def without_cjk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away every font with Chinese characters, the system's and the package's, for one test."""
    monkeypatch.setattr(fonts, "cjk_family", lambda: None)
    fonts._warn_once.cache_clear()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_fan_draws_all_characters_and_speaks_the_language(lang: str) -> None:
    ax = plot.fan(synthetic(), "software_revenue", target=synthetic_verdicts(), lang=lang, regimes=True)
    figure = ax.get_figure()
    assert isinstance(figure, Figure)
    draw(figure)
    written = texts(figure)
    name, unit, target = (
        ("软件业务收入（合成数据）", "亿元", "软件业务收入（2028年）：3000亿元")
        if lang == "zh"
        else ("Software revenue (synthetic)", "bn CNY", "Software revenue, 2028: 300 bn CNY")
    )
    assert name in written and unit in written and target in written
    assert "synthetic-plan" in written and "7" in written


def test_fan_bands_and_median_are_the_quantiles_of_the_members() -> None:
    data = synthetic()
    ax = plot.fan(data, "software_revenue", scenario="synthetic-plan")
    expected = data["software_revenue"].sel(scenario="synthetic-plan", city="nowhere").quantile(0.5, "member") / 1e9
    line = next(line for line in ax.lines if len(np.atleast_1d(line.get_xdata())) == YEARS.size)
    np.testing.assert_allclose(line.get_ydata(), expected.values)
    wide = ax.collections[0].get_datalim(ax.transData)
    last = data["software_revenue"].sel(scenario="synthetic-plan", city="nowhere", year=2028) / 1e9
    assert wide.y1 == pytest.approx(float(last.quantile(0.9)))


def test_fan_marks_the_target_at_its_year_and_value() -> None:
    ax = plot.fan(synthetic(), "software_revenue", target={"year": 2028, "target_value": 3000e8})
    marks = [line for line in ax.lines if line.get_marker() == "D"]
    assert [(*mark.get_xdata(), *mark.get_ydata()) for mark in marks] == [(2028, 300.0)]
    assert ax.get_ylim()[1] > 300
    assert "Target 2028: 300 bn CNY" in texts(ax.get_figure())  # type: ignore[arg-type]


def test_a_fan_takes_the_id_of_a_target() -> None:
    (goal,) = goals("d28-revenue-2028", "software_revenue", "dalian", fonts.Writing("en", ("sans",)))
    assert goal[:2] == (2028, 3000e8) and goal.name == "Industry size"


def test_fan_of_one_member_has_no_bands_and_says_so() -> None:
    ax = plot.fan(synthetic(members=1), "employees", lang="en")
    assert not ax.collections
    assert "One simulated future" in texts(ax.get_figure())  # type: ignore[arg-type]


def test_fan_uses_the_callers_axes_and_leaves_the_global_settings_alone() -> None:
    before = dict(mpl.rcParams)
    figure, mine = plt.subplots()
    assert plot.fan(synthetic(), "firms", ax=mine, lang="zh") is mine
    draw(figure)
    assert dict(mpl.rcParams) == before


def test_a_notebook_shows_a_picture_once() -> None:
    """Pyplot shows what it holds after a cell: the figure of axes, and never one that the cell returned itself."""
    many = synthetic()
    plot.small_multiples(many, ["firms"])
    plot.verdict_chart(synthetic_verdicts())
    assert plt.get_fignums() == []
    axes = plot.fan(many, "firms")
    assert [plt.figure(number) for number in plt.get_fignums()] == [axes.get_figure()]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_verdict_chart_has_a_row_per_target_and_operator_and_a_column_per_regime(lang: str) -> None:
    table = synthetic_verdicts()
    figure = plot.verdict_chart(table, lang)
    draw(figure)
    *regimes, _ = figure.axes
    assert len(regimes[0].get_yticks()) == len(table.groupby(["target", "operator"]))
    assert sum(len(ax.patches) for ax in regimes) == len(table) and len(regimes) == 3
    assert ("人才短缺" if lang == "zh" else "people scarce") in texts(figure)
    assert texts(figure).index("2025") < texts(figure).index("2028")


@pytest.mark.parametrize("rows", [1, 2, 3, 9])
def test_a_verdict_chart_of_few_targets_has_room_for_two_lines_a_row(rows: int) -> None:
    several = [synthetic_verdicts().assign(target=f"t{k}", operator="local", name_en="Jobs added") for k in range(rows)]
    one = [each.drop_duplicates(["scenario", "regime"]) for each in several]
    figure = plot.verdict_chart(pd.concat(one, ignore_index=True))
    draw(figure)
    inches = figure.axes[0].get_window_extent().height / figure.dpi
    assert 0.33 * rows <= inches <= 0.40 * rows + 0.05
    labels = [each for each in figure.axes[0].texts if "\n" in each.get_text()]
    boxes = sorted((each.get_window_extent() for each in labels), key=lambda box: box.y0)
    assert len(boxes) == rows
    assert all(below.y1 <= above.y0 for below, above in zip(boxes, boxes[1:], strict=False))


def test_an_outcome_below_zero_is_drawn() -> None:
    table = synthetic_verdicts()
    shown = [
        plot.verdict_chart(each).axes[-1].get_xlim()[0]
        for each in (table, table.assign(median=-table["target_value"], p10=-1.5 * table["target_value"]))
    ]
    assert shown[0] == 0.0 and shown[1] < -100.0


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_verdict_chart_of_the_standard_run_fits_a_page_and_nothing_in_it_overlaps(lang: str) -> None:
    table = pd.concat(
        [synthetic_verdicts().assign(target=lambda rows, k=k: rows["target"] + str(k)) for k in range(3)],
        ignore_index=True,
    )
    figure = plot.verdict_chart(table, lang)
    draw(figure)
    assert figure.get_figheight() <= 7.0
    page = figure.bbox
    labels = [each for each in figure.axes[0].texts if "\n" in each.get_text()]
    boxes = sorted((each.get_window_extent() for each in labels), key=lambda box: box.y0)
    assert len(boxes) == table["target"].nunique()
    assert all(page.x0 <= box.x0 and box.x1 <= page.x1 for box in boxes)
    assert all(below.y1 <= above.y0 for below, above in zip(boxes, boxes[1:], strict=False))


def test_verdict_chart_leaves_unscored_targets_out() -> None:
    table = synthetic_verdicts()
    unscored = table.iloc[[0]].assign(target="t-none", operator="", probability=np.nan, median=np.nan)
    figure = plot.verdict_chart(pd.concat([unscored, table], ignore_index=True))
    draw(figure)
    assert sum(len(ax.patches) for ax in figure.axes) == len(table)


def test_targets_of_other_indicators_and_cities_and_second_prints_are_not_drawn() -> None:
    rows = pd.DataFrame(
        [("firms", "nowhere", 2025, 2500.0, "Firms (text)"), ("firms", "nowhere", 2025, 2500.0, "Firms (table)"),
         ("firms", "elsewhere", 2025, 9000.0, "Firms"), ("employees", "nowhere", 2025, 3e5, "Employees")],
        columns=["indicator", "region", "year", "target_value", "name_en"],
    )  # fmt: skip
    ax = plot.fan(synthetic(), "firms", target=rows)
    assert [list(np.atleast_1d(line.get_ydata())) for line in ax.lines if line.get_marker() == "D"] == [[2500.0]]
    assert "Firms (text), 2025: 2,500 firms" in texts(ax.get_figure())  # type: ignore[arg-type]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("control", [None, "synthetic-baseline"])
def test_small_multiples_draw_a_panel_per_indicator(lang: str, control: str | None) -> None:
    figure = plot.small_multiples(synthetic(), list(NAMES), control=control, lang=lang)
    draw(figure)
    assert sum(ax.axison for ax in figure.axes) == len(NAMES)


def test_difference_is_paired_by_member() -> None:
    data = synthetic()
    ax = plot.difference(data, "software_revenue", "synthetic-baseline")
    change = data["software_revenue"].sel(city="nowhere").diff("scenario").isel(scenario=0) / 1e9
    np.testing.assert_allclose(ax.lines[0].get_ydata(), change.quantile(0.5, "member").values)


def test_without_a_chinese_font_figures_are_english_with_one_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    without_cjk(monkeypatch)
    with pytest.warns(UserWarning, match="no font with Chinese characters was found") as caught:
        first = plot.fan(synthetic(), "software_revenue", lang="zh")
        plot.verdict_chart(synthetic_verdicts(), lang="zh")
    assert len(caught) == 1
    figure = first.get_figure()
    assert isinstance(figure, Figure)
    draw(figure)
    assert "bn CNY" in texts(figure)
    assert "亿" not in texts(figure)


def test_the_font_package_serves_where_the_system_has_no_chinese_font(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip(fonts.CJK_PACKAGE, reason="the optional font package is not installed")
    latin = [font for font in fonts.font_manager.fontManager.ttflist if "CJK" not in font.name]
    monkeypatch.setattr(fonts.font_manager.fontManager, "ttflist", latin)
    fonts.cjk_family.cache_clear()
    assert fonts.cjk_family() in fonts.CJK_FAMILIES
    fonts.cjk_family.cache_clear()


def test_no_font_anywhere_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts.font_manager.fontManager, "ttflist", [])
    monkeypatch.setattr(fonts, "find_spec", lambda _: None)
    fonts.cjk_family.cache_clear()
    assert fonts.cjk_family() is None
    fonts.cjk_family.cache_clear()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: plot.fan(synthetic(), "software_revenu"), "no indicator 'software_revenu'"),
        (lambda: plot.fan(synthetic(), "firms", scenario="synthetic-plam"), "no scenario 'synthetic-plam'"),
        (lambda: plot.fan(synthetic(cities=("a", "b")), "firms"), "a figure shows one city, the results hold 2"),
        (lambda: plot.fan(synthetic(), "firms", lang="fr"), "unknown language 'fr'"),
        (lambda: plot.fan(synthetic() * np.nan, "firms"), "the results hold no value of 'firms'"),
        (lambda: plot.fan(synthetic(), "firms", target={"value": 3}), "a target has no year or no value"),
        (lambda: plot.fan(synthetic(), "firms", target="d28-revenue"), "no target 'd28-revenue'"),
        (lambda: plot.verdict_chart(pd.DataFrame({"scenario": ["a"]})), "the verdict table lacks: target"),
        (lambda: plot.verdict_chart(synthetic_verdicts().iloc[:0]), "the verdict table has no scored target"),
        (
            lambda: plot.difference(synthetic().isel(scenario=[0]), "firms", SCENARIOS[0]),
            "nothing to compare with 'synthetic-baseline'",
        ),
    ],
)
def test_errors_say_what_is_wrong(call, message) -> None:
    with pytest.raises(InputError, match=message):
        call()


@pytest.mark.parametrize(
    ("unit", "magnitude", "en", "zh"),
    [
        ("CNY", 640e8, (1e9, "bn CNY"), (1e8, "亿元")),
        ("CNY/year", 3e8, (1e9, "bn CNY a year"), (1e8, "亿元/年")),
        ("CNY", 8.35e7, (1e6, "m CNY"), (1e4, "万元")),
        ("CNY/month", 1500.0, (1.0, "CNY a month"), (1.0, "元/月")),
        ("CNY/person/year", 1.4e5, (1.0, "CNY per person a year"), (1e4, "万元/人/年")),
        ("person", 2e5, (1.0, "people"), (1e4, "万人")),
        ("firm", 21000.0, (1.0, "firms"), (1.0, "家")),
        ("1", 0.08, (0.01, "%"), (0.01, "%")),
        ("USD", 5e8, (1e9, "bn USD"), (1e8, "亿美元")),
    ],
)
def test_readable_units(unit: str, magnitude: float, en: tuple[float, str], zh: tuple[float, str]) -> None:
    for lang, (divisor, label) in (("en", en), ("zh", zh)):
        scale = readable(unit, magnitude, lang)
        assert (scale.divisor, scale.label) == (divisor, label)


def test_every_canonical_unit_can_be_shown() -> None:
    units = pytest.importorskip("digisim.units").UNITS
    assert all(readable(unit, size, lang).label for unit in units for lang in LANGUAGES for size in (1, 1e9))


def test_a_closing_sign_never_begins_a_line() -> None:
    assert wrap("软件和信息服务业收入（地方口径）", 30) == "软件和信息服务业收入（地方口径）"
    assert wrap("收入（地方口径），合计", 14) == "收入（地方口径），\n合计"


def test_brackets_and_numbers_with_their_unit_are_not_broken() -> None:
    for most in range(14, 40):
        lines = wrap("软件和信息技术服务业营业收入（2025 年）：1300亿元", most).splitlines()
        assert any("（2025 年）：" in line for line in lines) and any("1300亿元" in line for line in lines)


def test_people_and_firms_are_whole() -> None:
    data = synthetic()
    data["firms"] = data["firms"] * 0 + 26.5
    assert "synthetic-plan  27" in texts(plot.fan(data, "firms").get_figure())  # type: ignore[arg-type]
    assert amount(182526.5, "person", "en") == "182,527 people" and amount(26.5, "firm", "zh") == "27家"
    assert amount(-0.4, "firm", "en") == "0 firms"


def test_the_axis_of_a_level_begins_at_zero() -> None:
    assert plot.fan(synthetic(), "rd_share").get_ylim()[0] == 0
    assert plot.difference(-synthetic(), "firms", SCENARIOS[0]).get_ylim()[0] < 0


def test_spread_keeps_the_order_and_the_gap() -> None:
    moved = np.array(spread([3.0, 1.0, 1.05, 0.98, 3.01], gap=0.3))
    assert list(np.argsort(moved)) == [3, 1, 2, 0, 4]
    assert np.diff(np.sort(moved)).min() >= 0.3 - 1e-9


@pytest.mark.parametrize(("lang", "said"), [("en", "Qingdao: "), ("zh", "青岛：")])
def test_a_verdict_chart_of_several_cities_names_the_city_of_each_target(lang: str, said: str) -> None:
    table = synthetic_verdicts()
    targets = list(dict.fromkeys(table["target"]))
    cities = dict.fromkeys(targets, "qingdao") | {targets[0]: "dongguan"}
    labels = [
        [each.get_text() for each in figure.axes[0].texts if "\n" in each.get_text()]
        for figure in (
            plot.verdict_chart(table.assign(region=table["target"].map(cities)), lang=lang),
            plot.verdict_chart(table.assign(region="qingdao"), lang=lang),
        )
    ]
    assert sum(label.startswith(said) for label in labels[0]) == len(targets) - 1
    assert not any(label.startswith(said) for label in labels[1])


LONG = "a-scenario-whose-name-somebody-wrote-out-in-sixty-letters-"


def six(names: list[str]) -> pd.DataFrame:
    """Return the made-up verdict table with a scenario for each name."""
    one = synthetic_verdicts().query(f"scenario == {SCENARIOS[0]!r}")
    return pd.concat([one.assign(scenario=name) for name in names], ignore_index=True)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(
    "names",
    [["dalian-baseline", "dalian-anchor-arrives", "c", "d", "e", "dalian-yen-fall"], [f"{LONG}{k}" for k in range(6)],
     ["大连软件产业基准情景与规划情景之外的第三种情景及其说明甲", "乙"]],
)  # fmt: skip
def test_the_legend_of_many_or_long_names_stays_within_the_page_and_off_the_axes(names: list[str], lang: str) -> None:
    figure = plot.verdict_chart(six(names), lang)
    draw(figure)
    (legend,) = figure.legends
    boxes = [each.get_window_extent() for each in legend.get_texts()]
    assert all(figure.bbox.x0 <= box.x0 and box.x1 <= figure.bbox.x1 for box in boxes)
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])
    assert len({each.get_text() for each in legend.get_texts()}) == len(names)
    heads = [text.get_window_extent() for text in figure.axes[0].texts]
    assert not any(a.overlaps(b) for a in boxes for b in heads)


def test_a_long_name_does_not_take_the_width_of_the_fan() -> None:
    data = synthetic().assign_coords(scenario=[f"a-{LONG}", f"b{LONG}c"])
    ax = plot.fan(data, "software_revenue")
    figure = ax.get_figure()
    assert isinstance(figure, Figure)
    draw(figure)
    assert ax.get_window_extent().width > 0.5 * figure.bbox.width
    ends = [each.get_window_extent() for each in ax.texts if "…" in each.get_text()]
    assert len(ends) == 2 and all(box.x1 <= figure.bbox.x1 for box in ends)
    years = [each.get_window_extent() for each in ax.get_xticklabels()]
    assert not any(a.overlaps(b) for a, b in zip(years, years[1:], strict=False))


def test_a_line_is_wider_only_where_it_would_cover_another() -> None:
    data = synthetic()
    alike = data.copy(deep=True)
    name = "software_revenue"
    alike[name][1], data[name][1] = alike[name][0] * 1.0001, data[name][0] * 1.5
    widths = [sorted(each.get_linewidth() for each in plot.fan(many, name).lines[:2]) for many in (alike, data)]
    assert widths[0][0] < widths[0][1] and widths[1][0] == widths[1][1] == widths[0][0]


@pytest.mark.parametrize(("lang", "thin", "band"), [("en", "thin lines", "80%"), ("zh", "细线", "80%")])
def test_few_members_are_drawn_one_by_one_and_no_range_is_told(lang: str, thin: str, band: str) -> None:
    for members in (2, 4):
        ax = plot.fan(synthetic(members), "software_revenue", lang=lang)
        said = texts(ax.get_figure())  # type: ignore[arg-type]
        lines = [line for line in ax.lines if len(np.atleast_1d(line.get_xdata())) == YEARS.size]
        assert not ax.collections and len(lines) == len(SCENARIOS) * (members + 1)
        assert thin in said and band not in said
    assert band in texts(plot.fan(synthetic(5), "software_revenue", lang=lang).get_figure())  # type: ignore[arg-type]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_verdict_chart_explains_only_what_it_draws_and_says_of_what_it_is(lang: str) -> None:
    table = synthetic_verdicts().assign(region="qingdao")
    table.attrs = {"seed": 4711}
    triangle, city, band = (
        ("三角", "青岛：", "中间80%") if lang == "zh" else ("Triangles", "Qingdao: ", "middle 80%")
    )
    for members, ranged in ((1, False), (2, False), (5, True)):
        for rows in (table, table[table["regime"] != REGIMES[0]]):
            figure = plot.verdict_chart(rows.assign(members=members), lang)
            draw(figure)
            said = texts(figure)
            assert (band in said) == ranged and (triangle in said) == (rows is table)
            assert city in said and "4711" in said
            marks = {line.get_marker() for line in figure.axes[-1].lines}
            assert ({"^", "v"} <= marks) == (not marks.isdisjoint("^v")) == (rows is table)
            assert any(line.get_alpha() is not None for line in figure.axes[-1].lines) == ranged
            assert ("单次模拟" if lang == "zh" else "the one simulated future") in said or members > 1
