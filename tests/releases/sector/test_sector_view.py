"""A sector view: published releases together, what is not comparable left out with the reason."""

from __future__ import annotations

import hashlib
import re
from decimal import Decimal
from itertools import permutations
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from kwaliteitsmonitor.releases.format.integrity import faults
from kwaliteitsmonitor.releases.format.manifest import Manifest
from kwaliteitsmonitor.releases.report.web.page import page
from kwaliteitsmonitor.releases.sector.document import document
from kwaliteitsmonitor.releases.sector.indicators import indicators
from kwaliteitsmonitor.releases.sector.reasons import REASONS
from kwaliteitsmonitor.releases.sector.sources import Source, sources
from kwaliteitsmonitor.releases.sector.spending import spending
from kwaliteitsmonitor.releases.sector.view import tables_of, write
from pipelines.cli.commands import kwaliteitsmonitor
from schemas.errors import KwaliteitsmonitorError, UsageError
from schemas.profile.institution import Money
from tests.releases.sector.releases import CYCLE, THEMES, YEAR, crosswalk, definition, figure, money, release

ROOT = Path(__file__).resolve().parents[3]
DEFINITIONS = [
    definition("advisers", "count"),
    definition("ratio", "ratio", unit_of_measure="students_per_fte"),
    definition("score", "mean", scale_minimum=1.0, scale_maximum=5.0),
]


def mean(value: float, n: int, spread: float, **more: Any) -> dict[str, Any]:
    return figure("score", value, n=n, spread=spread, spread_kind="sd_respondents", unit_of_measure="score", **more)


def ratio(numerator: float, denominator: float, **more: Any) -> dict[str, Any]:
    terms = {"numerator": numerator, "denominator": denominator, "unit_of_measure": "students_per_fte"}
    return figure("ratio", numerator / denominator, **terms, **more)


NORTH = {
    "definitions": DEFINITIONS,
    "indicator_values": [figure("advisers", 12.0, n=12), ratio(27000.0, 1000.0), mean(3.0, 40, 1.0)],
    "spending_by_national_theme": [
        money("nl_guidance", "100.10", "90.05"),
        money("nl_facilities", "50.00", "60.00"),
        money(None, "150.10", "150.05"),
    ],
    "crosswalk": crosswalk(),
}
SOUTH = {
    "definitions": DEFINITIONS,
    "indicator_values": [figure("advisers", 30.0, n=30), ratio(8000.0, 500.0), mean(4.0, 10, 0.5)],
    "spending_by_national_theme": [money("nl_guidance", "20.00", "10.01"), money(None, "20.00", "10.01")],
    "crosswalk": crosswalk(),
}


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("pair")
    return [release(folder, "north", NORTH, final=True), release(folder, "south", SOUTH)]


def together(tables: dict[str, list[dict[str, Any]]], indicator: str, year: int = YEAR) -> dict[str, Any] | None:
    rows = tables["sector_indicators"]
    found = [row for row in rows if row["institution"] is None and row["indicator"] == indicator]
    return next((row for row in found if row["reporting_year"] == year), None)


def reasons(tables: dict[str, list[dict[str, Any]]]) -> set[tuple[str, str | None, str, str]]:
    rows = tables["sector_left_out"]
    return {(row["institution"], row.get("indicator"), row["part"], row["reason"]) for row in rows}


def made(folder: Path, *institutions: dict[str, Any], **about: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The tables of a view over institutions `a`, `b`, … with these rows; `about` is what is special of one of them."""
    folders = [
        release(folder, name, rows, **about.get(name, {})) for name, rows in zip("abcd", institutions, strict=False)
    ]
    return tables_of(sources(folders))


def only(*rows: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"definitions": DEFINITIONS, "indicator_values": list(rows), **more}


def digests(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_counts_ratios_and_means_come_together(pair: list[Path]) -> None:
    found = tables_of(sources(pair))
    advisers, of_ratio, score = (together(found, name) for name in ("advisers", "ratio", "score"))
    assert advisers is not None
    assert (advisers["value"], advisers["n"], advisers["institutions"]) == (42.0, 42, 2)
    assert of_ratio is not None
    assert of_ratio["value"] == pytest.approx(35000 / 1500)
    assert (of_ratio["printed_nl"], of_ratio["printed_en"]) == ("23,3", "23.3")
    assert score is not None
    assert (score["value"], score["n"], score["spread_kind"]) == (pytest.approx(3.2), 50, "sd_respondents")
    # Σx² = 39·1² + 40·3² + 9·0.5² + 10·4² = 561.25, so that s² = (561.25 − 50·3.2²) / 49.
    assert score["spread"] == pytest.approx(((561.25 - 50 * 3.2**2) / 49) ** 0.5)
    assert reasons(found) == set()


def test_money_adds_to_the_cent_and_themes_add_up_to_the_total(pair: list[Path]) -> None:
    rows, _ = spending(sources(pair))
    whole = {row["national_theme"]: row for row in rows if row["institution"] is None}
    assert {theme: (row["budget"], row["realised"]) for theme, row in whole.items()} == {
        "nl_guidance": (Decimal("120.10"), Decimal("100.06")),
        "nl_facilities": (Decimal("50.00"), Decimal("60.00")),
        None: (Decimal("170.10"), Decimal("160.06")),
    }
    assert whole[None]["difference"] == Decimal("-10.04")
    assert whole["nl_guidance"]["share_of_realised"] == pytest.approx(100.06 / 160.06)
    assert (whole["nl_guidance"]["theme_nl"], whole[None]["institutions"]) == ("nl_guidance nl", 2)


def test_amounts_that_go_without_somebody_say_so_alone_and_together() -> None:
    partial = money(None, "10", "9") | {"note": "zonder HA / without HA"}
    of = [
        _source(name, {**only(), "spending_by_national_theme": [row]})
        for name, row in (("a", partial), ("b", money(None, "5", "5")))
    ]
    notes = {row["institution"]: row["note"] for row in tables_of(of)["sector_spending"]}
    assert notes == {"a": "zonder HA / without HA", "b": None, None: "a: zonder HA / without HA"}


def test_one_draft_makes_what_is_together_a_draft(pair: list[Path]) -> None:
    rows, _ = indicators(sources(pair))
    states = {row["institution"]: row["release_status"] for row in rows}
    assert states == {"north": "final", "south": "draft", None: "draft"}


def test_the_figure_of_one_institution_alone_is_its_own(tmp_path: Path) -> None:
    score = together(made(tmp_path, only(mean(3.3, 7, 0.7) | {"spread_kind": "ci95"})), "score")
    assert score is not None
    assert (score["value"], score["n"], score["spread"], score["spread_kind"]) == (3.3, 7, 0.7, "ci95")


def defined(**more: Any) -> dict[str, Any]:
    """The same figure by another definition."""
    return {"definitions": [definition("advisers", "count") | more], "indicator_values": [figure("advisers", 7.0)]}


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        (only(figure("advisers", None, status="suppressed")), "suppressed"),
        (only(figure("advisers", None, status="not_available")), "not_available"),
        (only(figure("advisers", None, status="not_applicable")), "not_applicable"),
        (only(figure("advisers", 3.0, unit_of_measure="fte")), "other_measure"),
        (only(figure("advisers", 3.0, reporting_year=YEAR - 1)), "other_year"),
        (only(figure("advisers", 3.0, level="Ba")), "other_level"),
        (defined(sector_id="advisers@2"), "other_version"),
        (defined(kind="ratio"), "no_parts"),
        (defined(kind="delivered", combine="none"), "does_not_combine"),
    ],
)
def test_what_does_not_compare_is_left_out_with_the_reason(tmp_path: Path, other: dict[str, Any], reason: str) -> None:
    same = only(figure("advisers", 5.0, n=5))
    found = made(tmp_path, same, same, other)
    row = together(found, "advisers")
    assert row is not None
    assert (row["value"], row["institutions"]) == (10.0, 2)
    assert ("c", "advisers", "value", reason) in reasons(found)


def test_delivered_figures_combine_as_their_definition_says(tmp_path: Path) -> None:
    definitions = [
        definition("energy", "delivered", combine="sum"),
        definition("leave", "delivered", combine="ratio"),
        definition("staff", "delivered", combine="weighted_by_n"),
    ]
    one, other = (
        {
            "definitions": definitions,
            "indicator_values": [
                figure("energy", kwh),
                figure("leave", 0.5, numerator=days, denominator=100.0),
                figure("staff", score, n=n),
            ],
        }
        for kwh, days, score, n in ((10.5, 4.0, 7.0, 30), (1.5, 6.0, 8.0, 10))
    )
    found = made(tmp_path, one, other)
    values = {name: (together(found, name) or {})["value"] for name in ("energy", "leave", "staff")}
    assert values == {"energy": 12.0, "leave": pytest.approx(0.05), "staff": pytest.approx(7.25)}


def test_scores_on_another_scale_and_means_without_a_number_do_not_count(tmp_path: Path) -> None:
    ten = [definition("score", "mean", scale_minimum=1.0, scale_maximum=10.0)]
    found = made(
        tmp_path,
        only(mean(3.0, 10, 1.0)),
        only(mean(4.0, 10, 1.0)),
        {"definitions": ten, "indicator_values": [mean(7.0, 10, 1.0)]},
        only(mean(5.0, 1, 1.0) | {"n": None}),
    )
    row = together(found, "score")
    assert row is not None
    assert (row["value"], row["n"]) == (3.5, 20)
    assert reasons(found) >= {("c", "score", "value", "other_scale"), ("d", "score", "value", "no_number")}


@pytest.mark.parametrize(
    ("other", "left_out"),
    [
        ({"spread_kind": "ci95"}, {("a", "other_spread"), ("b", "other_spread")}),
        ({"spread": None, "spread_kind": None}, {("b", "no_spread")}),
    ],
)
def test_spreads_that_do_not_compare_leave_the_mean_and_name_whose_they_are(
    tmp_path: Path, other: dict[str, Any], left_out: set[tuple[str, str]]
) -> None:
    found = made(tmp_path, only(mean(3.0, 10, 1.0)), only(mean(4.0, 10, 0.2) | other))
    row = together(found, "score")
    assert row is not None
    assert (row["value"], row["spread"], row["printed_nl"]) == (3.5, None, "3,5")
    assert reasons(found) == {(who, "score", "spread", reason) for who, reason in left_out}


def test_an_indicator_of_ones_own_and_one_that_others_do_not_give_are_told(tmp_path: Path) -> None:
    own = {"definitions": [definition("garden", "count", sector_id=None)], "indicator_values": [figure("garden", 2.0)]}
    found = made(tmp_path, only(figure("advisers", 5.0)), own)
    assert reasons(found) == {
        ("b", None, "value", "own_definition"),
        ("b", "advisers", "value", "not_given"),
    }


def test_an_institution_without_money_is_told_beside_those_that_account_for_it(tmp_path: Path) -> None:
    found = made(tmp_path, NORTH, {"definitions": [], "indicator_values": []})
    assert ("b", None, "value", "no_spending") in reasons(found)


def test_where_as_many_measure_otherwise_nothing_is_together(tmp_path: Path) -> None:
    found = made(tmp_path, only(figure("advisers", 5.0)), only(figure("advisers", 5.0, unit_of_measure="fte")))
    assert together(found, "advisers") is None
    assert [row["counts"] for row in found["sector_indicators"]] == [False, False]


@pytest.mark.parametrize(
    ("about", "reason"),
    [
        ({"money": Money(currency="USD")}, "other_currency"),
        ({"fiscal_year_begins": "09-01"}, "other_fiscal_year"),
    ],
)
def test_money_that_does_not_compare_is_left_out(tmp_path: Path, about: dict[str, Any], reason: str) -> None:
    found = made(tmp_path, NORTH, SOUTH, NORTH, c=about)
    totals = [r for r in found["sector_spending"] if r["institution"] is None and r["kind"] == "total"]
    assert [(row["realised"], row["institutions"]) for row in totals] == [(Decimal("160.06"), 2)]
    assert ("c", None, "value", reason) in reasons(found)


def test_an_institution_with_an_amount_that_is_not_shown_counts_with_none(tmp_path: Path) -> None:
    hidden = [money("nl_guidance", None, None, status="suppressed"), money(None, "9.00", "9.00")]
    found = made(tmp_path, NORTH, SOUTH, {**NORTH, "spending_by_national_theme": hidden})
    whole = {r["national_theme"]: r["realised"] for r in found["sector_spending"] if r["institution"] is None}
    assert whole == {"nl_guidance": Decimal("100.06"), "nl_facilities": Decimal("60.00"), None: Decimal("160.06")}
    assert ("c", None, "value", "suppressed") in reasons(found)


def test_money_of_a_year_that_runs_counts_with_that_of_the_same_cycle_alone(tmp_path: Path) -> None:
    def spent(cycle: str) -> dict[str, Any]:
        return {"spending_by_national_theme": [money(None, "5.00", "1.00", reporting_year=2021, cycle=cycle)]}

    about = {"a": {"cycle": "2021-05"}, "b": {"cycle": "2021-05"}, "c": {"cycle": "2021-09"}}
    found = made(tmp_path, spent("2021-05"), spent("2021-05"), spent("2021-09"), **about)
    (row,) = [row for row in found["sector_spending"] if row["institution"] is None]
    assert (row["realised"], row["moment"], row["institutions"]) == (Decimal("2.00"), "under_way", 2)
    assert ("c", None, "value", "other_moment") in reasons(found)


HIDDEN = st.fixed_dictionaries(
    {name: st.none() | st.floats(0, 1e6, allow_nan=False) for name in ("value", "spread", "numerator", "denominator")}
    | {"n": st.none() | st.integers(0, 10**6)}
)


@settings(max_examples=40, deadline=None)
@given(HIDDEN, HIDDEN)
def test_nothing_follows_from_what_is_suppressed(one: dict[str, Any], other: dict[str, Any]) -> None:
    """Whatever a suppressed figure is, all that the view says is the same: so nothing of it can be computed back."""

    def view(hidden: dict[str, Any]) -> Any:
        rows = [
            {**ratio(10.0, 5.0), **hidden, "status": "suppressed"},
            {**mean(3.0, 9, 1.0), **hidden, "status": "suppressed"},
            figure("advisers", 3.0) | hidden | {"status": "suppressed"},
        ]
        tables = [_source("a", NORTH), _source("b", SOUTH), _source("c", only(*rows))]
        found = tables_of(tables)
        return [
            (name, row)
            for name, rows in found.items()
            for row in rows
            if not (name == "sector_indicators" and row["institution"] == "c")
        ]

    assert view(one) == view(other)


CENTS = st.decimals(Decimal(-(10**7)), Decimal(10**7), places=2)
ACCOUNTS = st.lists(st.lists(st.tuples(CENTS, CENTS), min_size=2, max_size=2), min_size=1, max_size=4)


@settings(max_examples=40, deadline=None)
@given(ACCOUNTS)
def test_whatever_the_amounts_themes_and_institutions_add_up_to_the_cent(
    accounts: list[list[tuple[Decimal, Decimal]]],
) -> None:
    given_by = []
    for name, amounts in zip("abcd", accounts, strict=False):
        themes = [money(theme, str(b), str(r)) for theme, (b, r) in zip(THEMES, amounts, strict=True)]
        whole = money(None, str(sum(b for b, _ in amounts)), str(sum(r for _, r in amounts)))
        given_by.append(_source(name, {**only(), "spending_by_national_theme": [*themes, whole]}))
    rows = [row for row in spending(given_by)[0] if row["institution"] is None]
    total = next(row for row in rows if row["kind"] == "total")
    for at, column in enumerate(("budget", "realised")):
        themes_of = {row["national_theme"]: row[column] for row in rows if row["kind"] == "national"}
        assert themes_of == {theme: sum(one[i][at] for one in accounts) for i, theme in enumerate(THEMES)}
        assert total[column] == sum(themes_of.values())


def _source(institution: str, tables: dict[str, Any]) -> Source:
    """A release as it is read, without writing it."""
    content = {
        "institution": institution,
        "cycle": CYCLE,
        "reporting_year": YEAR,
        "lacking": [],
        "status": "final",
        "profile": {"version": "1", "sha256": "0" * 64},
        "code": {"sha256": "0" * 64},
        "seal": "0" * 64,
    }
    empty = {"spread": None, "spread_kind": None, "n": None, "numerator": None, "denominator": None, "unit": None}
    rows = {
        "indicator_values": [empty | {"level": None, "break_note": None} | row for row in tables["indicator_values"]],
        "definitions": tables["definitions"],
        "spending_overview": [],
        "spending_by_national_theme": [
            {"forecast": None} | row for row in tables.get("spending_by_national_theme", [])
        ],
        "crosswalk": tables.get("crosswalk", []),
    }
    return Source(Manifest(content, sha256="0" * 64), rows)


def test_the_order_and_the_place_of_the_releases_change_no_byte(pair: list[Path], tmp_path: Path) -> None:
    found = []
    for number, order in enumerate(permutations(pair)):
        write(sources(order), tmp_path / str(number))
        found.append(digests(tmp_path / str(number)))
    assert found[0] == found[1]
    assert set(found[0]) >= {"manifest.json", "datapackage.json", "report/sector.nl.html", "report/sector.en.html"}


def test_a_view_is_whole_by_its_own_manifest_and_its_tables_keep_their_contracts(
    pair: list[Path], tmp_path: Path
) -> None:
    write(sources(pair), tmp_path / "view")
    assert faults(tmp_path / "view") == []
    table = pq.read_table(tmp_path / "view" / "tables" / "sector_spending.parquet")
    assert str(table.schema.field("realised").type) == "decimal128(18, 2)"


def test_the_report_tells_who_counts_and_what_does_not(tmp_path: Path) -> None:
    folders = [
        release(tmp_path, "north", NORTH),
        release(tmp_path, "south", only(figure("advisers", None, status="suppressed")), nl="<b>Zuid</b>"),
    ]
    text = page(document(tables_of(sources(folders)), "nl")).decode()
    assert "<b>Zuid</b>" not in text
    assert "&lt;b&gt;Zuid&lt;/b&gt;" in text
    for said in ("Onderdrukt: het gaat over te weinig mensen", "concept", "nl_guidance nl", "Samen"):
        assert said in text


def test_an_altered_release_is_refused(tmp_path: Path) -> None:
    folder = release(tmp_path, "north", NORTH)
    path = folder / "tables" / "indicator_values.parquet"
    path.chmod(0o644)
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(KwaliteitsmonitorError, match="is not what was published"):
        sources([folder])


def test_two_releases_of_one_institution_are_refused(tmp_path: Path) -> None:
    here, there = (release(tmp_path / place, "north", NORTH) for place in ("here", "there"))
    with pytest.raises(UsageError, match="two releases are of 'north'"):
        sources([here, there])


def test_a_view_is_no_release_to_make_another_of(pair: list[Path], tmp_path: Path) -> None:
    write(sources(pair), tmp_path / "view")
    with pytest.raises(UsageError, match="no release of an institution"):
        sources([tmp_path / "view"])


def test_a_folder_with_something_else_in_it_is_never_replaced(pair: list[Path], tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("x")
    for replace in (False, True):
        with pytest.raises(UsageError, match="something else stands here"):
            write(sources(pair), tmp_path / "mine", replace=replace)
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "x"


def test_the_command_follows_the_link_to_the_release_that_counts_and_replaces_an_earlier_view(
    pair: list[Path], tmp_path: Path
) -> None:
    links = [str(folder.parents[2] / "current" / CYCLE) for folder in pair]
    arguments = ["sector", *links, "--to", str(tmp_path / "view")]
    first = CliRunner().invoke(kwaliteitsmonitor, arguments)
    assert (first.exit_code, "2 instellingen: north, south." in first.output) == (0, True), first.output
    before = digests(tmp_path / "view")
    refused = kwaliteitsmonitor.main(arguments, standalone_mode=False)
    assert refused == 2
    assert kwaliteitsmonitor.main([*arguments, "--replace"], standalone_mode=False) == 0
    assert digests(tmp_path / "view") == before
    assert [path.name for path in tmp_path.iterdir()] == ["view"]


def test_the_examples_of_the_documentation_run_as_they_stand(
    pair: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = (ROOT / "docs" / "sector.md").read_text(encoding="utf-8")
    for folder in pair:
        (tmp_path / folder.parents[2].name).symlink_to(folder.parents[2])
    monkeypatch.chdir(tmp_path)
    said, *told = [line.strip() for line in page.split("\n") if line.startswith("    ")][:5]
    ran = CliRunner().invoke(kwaliteitsmonitor, said.removeprefix("kwaliteitsmonitor ").split())
    assert ran.output.splitlines() == told
    (question,) = re.findall(r"```sql\n(.*?)```", page, re.DOTALL)
    with duckdb.connect() as connection:
        found = connection.execute(question).fetchall()
    assert [(row[0], row[2]) for row in found][:1] == [("advisers", 42.0)]
    assert set(re.findall(r"`([a-z_]+)`", page.partition("## Reasons")[2].partition("## Asking")[0])) >= set(REASONS)
