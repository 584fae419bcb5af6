"""A sector view: published releases together, what is not comparable left out with the reason."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import permutations
from pathlib import Path
from typing import Any, get_args, get_type_hints

import duckdb
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.methods.statistics.moments import Moments, decimal
from kwaliteitsmonitor.releases.format.integrity import faults
from kwaliteitsmonitor.releases.format.manifest import Manifest
from kwaliteitsmonitor.releases.format.release import publish
from kwaliteitsmonitor.releases.report.web.page import page
from kwaliteitsmonitor.releases.sector.combining import Part, added, averaged, divided
from kwaliteitsmonitor.releases.sector.comparable import agreeing
from kwaliteitsmonitor.releases.sector.document import document
from kwaliteitsmonitor.releases.sector.indicators import indicators
from kwaliteitsmonitor.releases.sector.reasons import REASONS
from kwaliteitsmonitor.releases.sector.sources import Source, sources
from kwaliteitsmonitor.releases.sector.spending import spending
from kwaliteitsmonitor.releases.sector.tables import Published
from kwaliteitsmonitor.releases.sector.view import tables_of, write
from kwaliteitsmonitor.releases.signoff.signing import SignOff, finalise
from pipelines.cli.commands import kwaliteitsmonitor
from schemas.errors import KwaliteitsmonitorError, UsageError
from schemas.exports.row_types import table_of
from tests.made_up import profile, table
from tests.releases.report.releases import figure as published_figure

ROOT = Path(__file__).resolve().parents[3]
CYCLE, YEAR = "2021-03", 2020
THEMES = ("nl_guidance", "nl_facilities")

Row = dict[str, Any]
Tables = Mapping[str, list[Row]]


def definition(indicator: str, kind: str, **more: Any) -> Row:
    """A row of `definitions`, by default of the definition of the sector of the same name."""
    names = {f"label_{language}": f"{indicator} {language}" for language in ("nl", "en")}
    measure = {"mean": {"unit_of_measure": "score", "unit_of_analysis": "respondent"}}
    usual = {"indicator": indicator, "sector_id": indicator, "version": "1", "theme": "small_classes", "kind": kind}
    usual |= names | {"definition_nl": "…", "definition_en": "…", "direction": "neutral", "valid_from": 2019}
    return usual | measure.get(kind, {"unit_of_measure": "persons"}) | more


def figure(indicator: str, value: float | None, **more: Any) -> Row:
    """A row of `indicator_values` of a whole institution."""
    printed = "–" if value is None else f"{value:.1f}"
    bare = dict.fromkeys(("spread", "spread_kind", "n", "invited", "response_rate")) | {"unit_of_measure": "persons"}
    bare |= {"value": value, "printed_nl": printed.replace(".", ","), "printed_en": printed}
    return published_figure(indicator, **(bare | more))


def mean(value: float, n: int | None, spread: float | None, **more: Any) -> Row:
    about = {"n": n, "spread": spread, "spread_kind": "sd_respondents", "unit_of_measure": "score"}
    return figure("score", value, **(about | more))


def ratio(numerator: float, denominator: float) -> Row:
    terms = {"numerator": numerator, "denominator": denominator, "unit_of_measure": "students_per_fte"}
    return figure("ratio", numerator / denominator, **terms)


def money(theme: str | None, budget: str | None, realised: str | None, **more: Any) -> Row:
    """A row of `spending_by_national_theme`; of no theme it is the total."""
    planned, spent = (None if amount is None else Decimal(amount) for amount in (budget, realised))
    usual: Row = {"reporting_year": YEAR, "cycle": CYCLE, "round": 3, "kind": "national" if theme else "total"}
    usual |= {"national_theme": theme, "budget": planned, "realised": spent, "status": "ok"} | more
    return {"figure_id": f"{CYCLE}:national:{usual['reporting_year']}:{usual['kind']}:{theme or 'all'}", **usual}


DEFINITIONS = [
    definition("advisers", "count"),
    definition("ratio", "ratio", unit_of_measure="students_per_fte"),
    definition("score", "mean", scale_minimum=1.0, scale_maximum=5.0),
]
COMMON: Tables = {
    "definitions": DEFINITIONS,
    "crosswalk": [
        {"cycle": CYCLE, "theme": "small_classes", "national_theme": t, "part": Decimal("0.5")}
        | {"national_nl": f"{t} nl", "national_en": f"{t} en"}
        for t in THEMES
    ],
}
NORTH: Tables = {
    **COMMON,
    "indicator_values": [figure("advisers", 12.0, n=12), ratio(27000.0, 1000.0), mean(3.0, 40, 1.0)],
    "spending_by_national_theme": [
        money("nl_guidance", "100.10", "90.05"),
        money("nl_facilities", "50.00", "60.00"),
        money(None, "150.10", "150.05"),
    ],
}
SOUTH: Tables = {
    **COMMON,
    "indicator_values": [figure("advisers", 30.0, n=30), ratio(8000.0, 500.0), mean(4.0, 10, 0.5)],
    "spending_by_national_theme": [money("nl_guidance", "20.00", "10.01"), money(None, "20.00", "10.01")],
}

TABLES = {field: table_of(get_args(rows)[0]) for field, rows in get_type_hints(Published).items()}
"""The tables that are read, by the name under which their rows are kept."""


def only(*rows: Row, **more: Any) -> Tables:
    return {"definitions": DEFINITIONS, "indicator_values": list(rows), **more}


def release(folder: Path, institution: str, tables: Tables, *, final: bool = False, nl: str = "") -> Path:
    """The folder of a release of an institution with these rows, published in the way of real ones."""
    who = profile()
    names = {"id": institution, "nl": nl or institution, "en": institution}
    who = replace(who, institution=who.institution.model_copy(update=names))
    content = {name: table(name, tables.get(name, [])) for name in (*TABLES.values(), "corrections", "quality_results")}
    workspace, signed = Workspace(folder / institution), SignOff("board", date(2021, 4, 1), "adopted")
    draft = publish(workspace, who, who.cycle(CYCLE), content, [], [])
    return finalise(workspace, who, CYCLE, signed).path if final else draft.path


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("pair")
    return [release(folder, "north", NORTH, final=True), release(folder, "south", SOUTH)]


def source(institution: str, tables: Tables, cycle: str = CYCLE, **about: str) -> Source:
    """A release as it is read, without writing it; `about` is what is special of the institution."""
    made_by = {"profile": {"version": "1", "sha256": "0" * 64}, "code": {"sha256": "0" * 64}, "lacking": []}
    content = {"institution": institution, "cycle": cycle, "reporting_year": YEAR, "status": "final", "seal": "0" * 64}
    rows = {field: table(name, tables.get(name, [])).to_pylist() for field, name in TABLES.items()}
    return Source(Manifest(content | made_by | {"about": about}, sha256="0" * 64), Published(**rows))


def made(*institutions: Tables) -> dict[str, list[Row]]:
    """The tables of a view over institutions `a`, `b`, … with these rows."""
    return tables_of([source(name, rows) for name, rows in zip("abcd", institutions, strict=False)])


def together(tables: Mapping[str, list[Row]], indicator: str) -> Row:
    """The figure of all institutions; empty where there is none."""
    whole = [r for r in tables["sector_indicators"] if (r["institution"], r["indicator"]) == (None, indicator)]
    return next((row for row in whole if row["reporting_year"] == YEAR), {})


def reasons(tables: Mapping[str, list[Row]]) -> set[tuple[str, str | None, str, str]]:
    rows = tables["sector_left_out"]
    return {(row["institution"], row.get("indicator"), row["part"], row["reason"]) for row in rows}


def digests(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_counts_ratios_and_means_come_together_and_one_draft_makes_them_a_draft(pair: list[Path]) -> None:
    view = tables_of(sources(pair))
    advisers, of_ratio, score = (together(view, name) for name in ("advisers", "ratio", "score"))
    assert (advisers["value"], advisers["n"], advisers["institutions"]) == (42.0, 42, 2)
    assert of_ratio["value"] == pytest.approx(35000 / 1500)
    assert (of_ratio["printed_nl"], of_ratio["printed_en"]) == ("23,3", "23.3")
    assert (score["value"], score["n"], score["spread_kind"]) == (pytest.approx(3.2), 50, "sd_respondents")
    # Σx² = 39·1² + 40·3² + 9·0.5² + 10·4² = 561.25, so that s² = (561.25 − 50·3.2²) / 49.
    assert score["spread"] == pytest.approx(((561.25 - 50 * 3.2**2) / 49) ** 0.5)
    assert reasons(view) == set()
    states = {row["institution"]: row["release_status"] for row in indicators(sources(pair))[0]}
    assert states == {"north": "final", "south": "draft", None: "draft"}


def test_money_adds_to_the_cent_and_amounts_that_go_without_somebody_say_so() -> None:
    whole = {r["national_theme"]: r for r in made(NORTH, SOUTH)["sector_spending"] if r["institution"] is None}
    amounts = [(str(whole[theme]["budget"]), str(whole[theme]["realised"])) for theme in (*THEMES, None)]
    assert amounts == [("120.10", "100.06"), ("50.00", "60.00"), ("170.10", "160.06")]
    assert (whole[None]["difference"], whole[None]["institutions"]) == (Decimal("-10.04"), 2)
    guidance = whole["nl_guidance"]
    assert (guidance["theme_nl"], guidance["share_of_realised"]) == ("nl_guidance nl", pytest.approx(100.06 / 160.06))
    partial = money(None, "10", "9", note_nl="zonder HA; zonder OB", note_en="without HA; without OB")
    view = made(*(only(spending_by_national_theme=[row]) for row in (partial, money(None, "5", "5"))))
    notes = {row["institution"]: (row["note_nl"], row["note_en"]) for row in view["sector_spending"]}
    own, whose = ("zonder HA; zonder OB", "without HA; without OB"), "a: zonder HA; a: zonder OB"
    assert notes == {"a": own, "b": (None, None), None: (whose, whose.replace("zonder", "without"))}


def defined(kind: str, **more: Any) -> Tables:
    """The same figure by another definition."""
    return {"definitions": [definition("advisers", kind, **more)], "indicator_values": [figure("advisers", 7.0)]}


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        (only(figure("advisers", None, status="suppressed")), "suppressed"),
        (only(figure("advisers", None, status="not_available")), "not_available"),
        (only(figure("advisers", None, status="not_applicable")), "not_applicable"),
        (only(figure("advisers", 3.0, unit_of_measure="fte")), "other_measure"),
        (only(figure("advisers", 3.0, reporting_year=YEAR - 1)), "other_year"),
        (only(figure("advisers", 3.0, level="Ba")), "other_level"),
        (defined("count", sector_id="advisers@2"), "other_version"),
        (defined("ratio"), "no_parts"),
        (defined("delivered", combine="none"), "does_not_combine"),
    ],
)
def test_what_does_not_compare_is_left_out_with_the_reason(other: Tables, reason: str) -> None:
    same = only(figure("advisers", 5.0, n=5))
    view = made(same, same, other)
    assert (together(view, "advisers")["value"], together(view, "advisers")["institutions"]) == (10.0, 2)
    assert ("c", "advisers", "value", reason) in reasons(view)


def test_delivered_figures_combine_as_their_definition_says() -> None:
    rules = {"energy": "sum", "leave": "ratio", "staff": "weighted_by_n"}
    definitions = [definition(name, "delivered", combine=rule) for name, rule in rules.items()]
    one, other = (
        [figure("energy", kwh), figure("leave", 0.5, numerator=days, denominator=100.0), figure("staff", score, n=n)]
        for kwh, days, score, n in ((10.5, 4.0, 7.0, 30), (1.5, 6.0, 8.0, 10))
    )
    view = made(*({"definitions": definitions, "indicator_values": rows} for rows in (one, other)))
    values = [together(view, name)["value"] for name in rules]
    assert values == [12.0, pytest.approx(0.05), pytest.approx(7.25)]


OF_TEN = {
    "definitions": [definition("score", "mean", scale_minimum=1.0, scale_maximum=10.0)],
    "indicator_values": [mean(7.0, 10, 1.0)],
}
SCORE = only(mean(4.0, 10, 1.0))


@pytest.mark.parametrize(
    ("others", "left_out"),
    [
        ([SCORE, OF_TEN, only(mean(5.0, None, 1.0))], {("c", "value", "other_scale"), ("d", "value", "no_number")}),
        ([only(mean(4.0, 10, 0.2, spread_kind="ci95"))], {(who, "spread", "other_spread") for who in "ab"}),
        ([only(mean(4.0, 10, None, spread_kind=None))], {("b", "spread", "no_spread")}),
    ],
)
def test_scores_that_do_not_compare_do_not_count(others: list[Tables], left_out: set[Any]) -> None:
    view = made(only(mean(3.0, 10, 1.0)), *others)
    score = together(view, "score")
    assert (score["value"], score["n"], score["printed_nl"].partition(" ")[0]) == (3.5, 20, "3,5")
    assert (score["spread"] is None) == (len(others) == 1)
    assert {(who, part, reason) for who, indicator, part, reason in reasons(view) if indicator == "score"} == left_out


def test_one_alone_is_its_own_and_what_one_has_alone_or_measures_otherwise_is_told() -> None:
    score = together(made(only(mean(3.3, 7, 0.7, spread_kind="ci95"))), "score")
    assert (score["value"], score["n"], score["spread"], score["spread_kind"]) == (3.3, 7, 0.7, "ci95")
    own = {"definitions": [definition("garden", "count", sector_id=None)], "indicator_values": [figure("garden", 2.0)]}
    left_out = {("b", None, "value", "own_definition"), ("b", "advisers", "value", "not_given")}
    assert reasons(made(only(figure("advisers", 5.0)), own)) == left_out
    assert ("b", None, "value", "no_spending") in reasons(made(NORTH, {}))
    view = made(only(figure("advisers", 5.0)), only(figure("advisers", 5.0, unit_of_measure="fte")))
    assert together(view, "advisers") == {}, "where as many measure otherwise none counts"
    assert [row["counts"] for row in view["sector_indicators"]] == [False, False]


HIDDEN_AMOUNT = [money("nl_guidance", None, None, status="suppressed"), money(None, "9.00", "9.00")]


@pytest.mark.parametrize(
    ("other", "about", "reason"),
    [
        (NORTH, {"currency": "USD"}, "other_currency"),
        (NORTH, {"fiscal_year_begins": "09-01"}, "other_fiscal_year"),
        ({**NORTH, "spending_by_national_theme": HIDDEN_AMOUNT}, {}, "suppressed"),
    ],
)
def test_money_that_does_not_compare_or_is_hidden_is_left_out(other: Tables, about: Row, reason: str) -> None:
    view = tables_of([source("a", NORTH), source("b", SOUTH), source("c", other, **about)])
    whole = {r["national_theme"]: r for r in view["sector_spending"] if r["institution"] is None}
    amounts = {"nl_guidance": Decimal("100.06"), "nl_facilities": Decimal("60.00"), None: Decimal("160.06")}
    assert {theme: row["realised"] for theme, row in whole.items()} == amounts
    assert whole[None]["institutions"] == 2
    assert ("c", None, "value", reason) in reasons(view)


def test_money_of_a_year_that_runs_counts_with_that_of_the_same_cycle_alone() -> None:
    def running(institution: str, cycle: str) -> Source:
        row = money(None, "5.00", "1.00", reporting_year=2021, cycle=cycle)
        return source(institution, {"spending_by_national_theme": [row]}, cycle)

    view = tables_of([running("a", "2021-05"), running("b", "2021-05"), running("c", "2021-09")])
    (row,) = [row for row in view["sector_spending"] if row["institution"] is None]
    assert (row["realised"], row["moment"], row["institutions"]) == (Decimal("2.00"), "under_way", 2)
    assert ("c", None, "value", "other_moment") in reasons(view)


HIDDEN = st.fixed_dictionaries(
    {name: st.none() | st.floats(0, 1e6, allow_nan=False) for name in ("value", "spread", "numerator", "denominator")}
    | {"n": st.none() | st.integers(0, 10**6)}
)


@settings(max_examples=40, deadline=None)
@given(HIDDEN, HIDDEN)
def test_nothing_follows_from_what_is_suppressed(one: Row, other: Row) -> None:
    """Whatever a suppressed figure is, all that the view says is the same: so nothing of it can be computed back."""

    def view(hidden: Row) -> list[tuple[str, Row]]:
        suppressed = hidden | {"status": "suppressed"}
        rows = [row | suppressed for row in (ratio(10.0, 5.0), mean(3.0, 9, 1.0), figure("advisers", 3.0))]
        tables = made(NORTH, SOUTH, only(*rows))
        every = [(name, row) for name, rows in tables.items() for row in rows]
        return [(name, row) for name, row in every if (name, row["institution"]) != ("sector_indicators", "c")]

    assert view(one) == view(other)


CENTS = st.decimals(Decimal(-(10**7)), Decimal(10**7), places=2)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.tuples(CENTS, CENTS), min_size=2, max_size=2), min_size=1, max_size=4))
def test_themes_and_institutions_add_up_to_the_cent(accounts: list[list[tuple[Decimal, Decimal]]]) -> None:
    institutions = []
    for name, amounts in zip("abcd", accounts, strict=False):
        themes = [money(theme, str(b), str(r)) for theme, (b, r) in zip(THEMES, amounts, strict=True)]
        whole = money(None, str(sum(b for b, _ in amounts)), str(sum(r for _, r in amounts)))
        institutions.append(source(name, only(spending_by_national_theme=[*themes, whole])))
    rows = [row for row in spending(institutions)[0] if row["institution"] is None]
    total = next(row for row in rows if row["kind"] == "total")
    for at, column in enumerate(("budget", "realised")):
        by_theme = {row["national_theme"]: row[column] for row in rows if row["kind"] == "national"}
        assert by_theme == {theme: sum(one[i][at] for one in accounts) for i, theme in enumerate(THEMES)}
        assert total[column] == sum(by_theme.values())


def test_a_view_is_whole_and_the_same_in_whichever_order(pair: list[Path], tmp_path: Path) -> None:
    for number, order in enumerate(permutations(pair)):
        write(sources(order), tmp_path / str(number))
    view = tmp_path / "0"
    assert digests(view) == digests(tmp_path / "1")
    assert digests(view).keys() >= {
        "manifest.json",
        "datapackage.json",
        "report/sector.nl.html",
        "report/sector.en.html",
    }
    assert faults(view) == []
    spent = pq.read_table(view / "tables" / "sector_spending.parquet")
    assert str(spent.schema.field("realised").type) == "decimal128(18, 2)"
    with pytest.raises(UsageError, match="no release of an institution"):
        sources([view])


def test_the_report_tells_who_counts_and_what_does_not(tmp_path: Path) -> None:
    hidden = only(figure("advisers", None, status="suppressed"))
    folders = [release(tmp_path, "north", NORTH), release(tmp_path, "south", hidden, nl="<b>Zuid</b>")]
    text = page(document(tables_of(sources(folders)), "nl")).decode()
    assert "<b>Zuid</b>" not in text
    for words in ("&lt;b&gt;Zuid", "Onderdrukt: het gaat over te weinig mensen", "concept", "nl_guidance nl", "Samen"):
        assert words in text


def test_an_altered_release_and_two_of_one_institution_are_refused(tmp_path: Path) -> None:
    here, there = (release(tmp_path / place, "north", NORTH) for place in ("here", "there"))
    with pytest.raises(UsageError, match="two releases are of 'north'"):
        sources([here, there])
    path = here / "tables" / "indicator_values.parquet"
    path.chmod(0o644)
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(KwaliteitsmonitorError, match="is not what was published"):
        sources([here])


def test_a_folder_with_something_else_in_it_is_never_replaced(pair: list[Path], tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("x")
    for replaced in (False, True):
        with pytest.raises(UsageError, match="something else stands here"):
            write(sources(pair), tmp_path / "mine", replace=replaced)
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "x"


def test_the_command_follows_links_and_replaces_an_earlier_view(pair: list[Path], tmp_path: Path) -> None:
    links = [str(folder.parents[2] / "current" / CYCLE) for folder in pair]
    arguments = ["sector", *links, "--to", str(tmp_path / "view")]
    first = CliRunner().invoke(kwaliteitsmonitor, arguments)
    assert (first.exit_code, "2 instellingen: north, south." in first.output) == (0, True), first.output
    before = digests(tmp_path / "view")
    assert kwaliteitsmonitor.main(arguments, standalone_mode=False) == 2
    assert kwaliteitsmonitor.main([*arguments, "--replace"], standalone_mode=False) == 0
    assert digests(tmp_path / "view") == before
    assert [path.name for path in tmp_path.iterdir()] == ["view"]


def test_the_examples_of_the_documentation_run(
    pair: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (ROOT / "docs" / "sector.md").read_text(encoding="utf-8")
    for folder in pair:
        (tmp_path / folder.parents[2].name).symlink_to(folder.parents[2])
    monkeypatch.chdir(tmp_path)
    command, *answer = [line.strip() for line in text.split("\n") if line.startswith("    ")][:5]
    ran = CliRunner().invoke(kwaliteitsmonitor, command.removeprefix("kwaliteitsmonitor ").split())
    assert ran.output.splitlines() == answer
    (question,) = re.findall(r"```sql\n(.*?)```", text, re.DOTALL)
    with duckdb.connect() as connection:
        rows = connection.execute(question).fetchall()
    assert [(row[0], row[2]) for row in rows][:1] == [("advisers", 42.0)]
    assert set(re.findall(r"`([a-z_]+)`", text.partition("## Reasons")[2].partition("## Asking")[0])) >= set(REASONS)


ANSWERS = st.lists(st.lists(st.integers(1, 10), min_size=1, max_size=30), min_size=1, max_size=6)


def mean_of(answers: list[int]) -> Part:
    moments = Moments.of(Fraction(answer) for answer in answers)
    return Part(decimal(moments.mean), moments.n, spread=moments.deviation, spread_kind="sd_respondents")


@given(ANSWERS)
def test_means_and_spreads_are_those_of_all_answers_together_in_whichever_order(answers: list[list[int]]) -> None:
    parts = [mean_of(one) for one in answers]
    whole = averaged(parts)
    together = Moments.of(Fraction(answer) for one in answers for answer in one)
    assert (whole.n, float(whole.value or 0)) == (together.n, pytest.approx(float(together.mean), rel=1e-12))
    assert (whole.spread is None) == (together.deviation is None)
    assert float(whole.spread or 0) == pytest.approx(float(together.deviation or 0), abs=1e-9)
    assert averaged(parts[::-1]) == whole
    assert added(parts[::-1]) == added(parts)


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, 10**6)), min_size=1, max_size=8))
def test_ratios_go_by_numerator_and_denominator(terms: list[tuple[int, int]]) -> None:
    whole = divided([Part(Decimal(n) / Decimal(d), d, Decimal(n), Decimal(d)) for n, d in terms])
    above, below = (sum(of) for of in zip(*terms, strict=True))
    assert (whole.value, whole.numerator, whole.denominator) == (decimal(Fraction(above, below)), above, below)


def test_what_one_lacks_or_what_does_not_combine_is_not_said_of_all() -> None:
    assert divided([Part(Decimal(0), 0, Decimal(0), Decimal(0))]).value is None
    assert added([Part(Decimal(3), 3), Part(Decimal(2))]).n is None
    of_courses = averaged([Part(Decimal(3), 20, spread=Decimal("0.2"), spread_kind="sd_courses")] * 2)
    assert (of_courses.value, of_courses.spread) == (Decimal(3), None)


def test_most_agree_and_the_others_are_told_in_what_they_differ() -> None:
    by_institution = {"a": ("1", "score"), "b": ("1", "score"), "c": ("1", "percent"), "d": ("2", "percent")}
    traits = {name: (("version", v), ("measure", m)) for name, (v, m) in by_institution.items()}
    assert agreeing(traits) == (["a", "b"], {"c": "measure", "d": "version"})
    divided_over_two = {"a": (("version", "1"),), "b": (("version", "2"),)}
    assert agreeing(divided_over_two) == ([], {"a": "version", "b": "version"})
