"""What changed between two releases and why: causes that add up to the difference, whatever changed."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from kwaliteitsmonitor.releases.diff.attribution import decompose, formula_of
from kwaliteitsmonitor.releases.diff.context import Circumstances
from kwaliteitsmonitor.releases.diff.context import Made as Origin
from kwaliteitsmonitor.releases.diff.forms import SCHEMA, as_json, as_parquet, as_text
from kwaliteitsmonitor.releases.diff.models import CALLED, ORDER, Cause, Changes, FigureChange, Kind
from kwaliteitsmonitor.releases.diff.releases import changes
from kwaliteitsmonitor.releases.format.reader import ReleaseReader
from pipelines.cli.commands import kwaliteitsmonitor
from schemas.errors import UsageError
from tests.releases.report.releases import write_release
from tests.releases.sealing import sealed_anew

Capture = pytest.CaptureFixture[str]
SUM, RATIO, BUDGET = "indicator:2020:advisers:all:all", "indicator:2020:share:all:all", "spending:2020:all"
PARTS = {SUM: ("numerator",), RATIO: ("numerator", "denominator"), BUDGET: ("budget",)}

Made = tuple[dict[str, list[dict[str, Any]]], dict[str, Any]]
"""The tables of a release, and what its manifest says."""


def made(
    *of: tuple[str, ...],
    figure: str = SUM,
    values: Mapping[str, float | None] | None = None,
    withheld: Sequence[str] = (),
    also: Sequence[tuple[str, str, str, int]] = (),
    corrections: Mapping[str, str] | None = None,
    definition: str = "1",
    cycle: str = "2021-03",
    **more: Any,
) -> Made:
    """A release of deliveries, each with its unit and what it contributes to the parts of a figure."""
    sums = [sum(Fraction(row[at]) for row in of) for at in range(2, 2 + len(PARTS[figure]))]
    values = {figure: float(sums[0] / (sums[1:] or [1])[0])} if values is None else values
    states = [*((delivery, unit, "accepted", int(delivery[-1])) for delivery, unit, *_ in of), *also]
    tables: dict[str, list[dict[str, Any]]] = {
        "spending_overview" if figure == BUDGET else "indicator_values": [
            {"figure_id": f"{cycle}:{f}", "indicator": f.split(":")[2], "value": value}
            | ({"status": "suppressed"} if value is None else {"status": "ok", "budget": Decimal(str(value))})
            for f, value in values.items()
        ],
        "delivery_status": [
            {"feed": "r", "period": "2020", "unit": u, "delivery": d, "file": f"{u}.csv", "status": s, "version": v}
            for d, u, s, v in states
        ],
        "lineage": [
            {"figure_id": f"{cycle}:{figure}", "part": part, "delivery": delivery}
            | {"contribution": None if delivery in withheld else Decimal(amount).quantize(Decimal("0.000001"))}
            for delivery, _, *amounts in of
            for part, amount in zip(PARTS[figure], amounts, strict=True)
        ],
        "corrections": [
            {"delivery": delivery, "table": "t", "cell": "D14", "expected": "1", "new_value": new}
            for delivery, new in (corrections or {}).items()
        ],
        "waivers": [{"feed": "r", "period": "2020", "unit": unit, "used": True} for unit in more.pop("waivers", ())],
        "definitions": [
            {"indicator": name, "version": definition, "definition_en": definition} for name in ("advisers", "share")
        ],
    }
    made_by = {name: {"version": "1", "sha256": more.pop(name, name)} for name in ("profile", "code")}
    entries = {"cycle": cycle, "libraries": {"pyarrow": more.pop("library", "1")}, **made_by, **more}
    return {name: rows for name, rows in tables.items() if rows}, entries


def written(folder: Path, release: Made) -> Path:
    tables, entries = release
    return sealed_anew(write_release(folder, tables, **entries))


def compared(tmp_path: Path, old: Made, new: Made) -> Changes:
    return changes(*(ReleaseReader(written(tmp_path / name, of)) for name, of in (("v1", old), ("v2", new))))


NORTH, EAST, EAST_2 = ("n1", "North", "1.5"), ("e1", "East", "2.25"), ("e2", "East", "3")
OLD, HIDDEN = (NORTH, EAST), {SUM: None}
CORRECTED = made(NORTH, ("e1", "East", "2.5"), corrections={"e1": "2.5"})
TENTH = made(("n1", "North", "0.1"), figure=BUDGET)
WITHHELD = made(NORTH, EAST_2, ("s1", "South", "4"), withheld=["e2", "n1"])
WAS = made(*OLD)
SUPERSEDED = made(NORTH, ("e2", "East", "2.5"), also=[("e1", "East", "superseded", 1)])
ALL_AT_ONCE = made(
    ("n1", "North", "1"), ("e2", "East", "2"), ("s1", "South", "8"),
    profile="q", corrections={"n1": "1"}, values={SUM: 11.5}, also=[("w1", "West", "withdrawn", 1)],
)  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "causes"),
    [
        (WAS, made(*OLD, ("s1", "South", "0.75")), [(Kind.NEW, "r 2020 South", "0.75")]),
        (WAS, made(*OLD, ("s1", "South", "1"), cycle="2021-05"), [(Kind.NEW, "r 2020 South", "1")]),
        (WAS, SUPERSEDED, [(Kind.CHANGED, "r 2020 East", "0.25")]),
        (WAS, made(NORTH, also=[("e1", "East", "withdrawn", 1)]), [(Kind.WITHDRAWN, "r 2020 East", "-2.25")]),
        (SUPERSEDED, made(*OLD, also=[("e2", "East", "withdrawn", 2)]), [(Kind.WITHDRAWN, "r 2020 East", "-0.25")]),
        (WAS, CORRECTED, [(Kind.CORRECTION, "r 2020 East East.csv", "0.25")]),
        (TENTH, made(("n2", "North", "0.3"), figure=BUDGET), [(Kind.CHANGED, "r 2020 North", "0.2")]),
        (WAS, made(NORTH, EAST_2, withheld=["e2"]), [(Kind.CHANGED, "r 2020 East", None)]),
        (WAS, WITHHELD, [(Kind.CHANGED, "r 2020 East", None), (Kind.NEW, "r 2020 South", None)]),
        (made(*OLD, values=HIDDEN), made(NORTH, EAST_2), [(Kind.CHANGED, "r 2020 East", None)]),
        (made(values={SUM: 3.75}), made(values=HIDDEN), [(Kind.DISCLOSURE, "", None)]),
        (
            made(*OLD, ("w1", "West", "4")),
            ALL_AT_ONCE,
            [
                (Kind.WITHDRAWN, "r 2020 West", "-4"),
                (Kind.CHANGED, "r 2020 East", "-0.25"),
                (Kind.NEW, "r 2020 South", "8"),
                (Kind.CORRECTION, "r 2020 North North.csv", "-0.5"),
                (Kind.PROFILE, "1 (profile) → 1 (q)", "0.5"),
            ],
        ),
    ],
    ids=[
        "new", "of two cycles", "another version", "withdrawn", "the version before in its place", "corrected",
        "amounts exactly", "one withheld", "some withheld", "suppressed before", "hidden for the sake of others",
        "in the order in which they take effect",
    ],
)  # fmt: skip
def test_each_cause_has_what_it_changed_unless_a_part_is_withheld(
    tmp_path: Path, old: Made, new: Made, causes: list[Any]
) -> None:
    result = compared(tmp_path, old, new)
    (change,) = result.figures
    own = [(c.kind, c.about, c.size) for c in change.causes]
    sizes = [(kind, about, None if size is None else Decimal(size)) for kind, about, size in causes]
    assert [one for one in own if one in sizes] == sizes
    assert result.unexplained == ()
    if causes[0][2] is None:
        assert {size for *_, size in own} == {None}
        assert "omvang niet te zeggen" in "\n".join(as_text(result, "nl"))
    else:
        assert own == sizes


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        ({"definition": "2"}, Kind.DEFINITION),
        ({"profile": "q"}, Kind.PROFILE),
        ({"cycle": "2021-05"}, Kind.CYCLE),
        ({"code": "d"}, Kind.CODE),
        ({"library": "2"}, Kind.CODE),
        ({"definition": "2", "profile": "q", "code": "d"}, Kind.DEFINITION),
        ({}, Kind.UNEXPLAINED),
        ({"values": {SUM: 4.5}}, Kind.UNEXPLAINED),
    ],
)
def test_what_no_delivery_explains_is_of_what_else_differs_or_unexplained(
    tmp_path: Path, more: dict[str, Any], kind: Kind
) -> None:
    other = OLD if "values" in more else (NORTH, ("e1", "East", "3"))
    result = compared(tmp_path, WAS, made(*other, **more))
    ((cause,),) = [figure.causes for figure in result.figures]
    assert (cause.kind, cause.size) == (kind, Decimal("0.75"))
    assert [figure.figure for figure in result.unexplained] == ([SUM] if kind is Kind.UNEXPLAINED else [])
    origins = [Origin(ReleaseReader(tmp_path / version)) for version in ("v1", "v2")]
    assert Circumstances(*origins).otherwise("advisers")[0] is kind


def test_a_ratio_is_divided_over_causes_to_the_last_digit(tmp_path: Path) -> None:
    old = made(("n1", "North", "7", "11"), ("e1", "East", "5", "13"), figure=RATIO)
    new = made(("n1", "North", "7", "11"), ("e2", "East", "6", "17"), ("s1", "South", "1", "3"), figure=RATIO)
    (change,) = compared(tmp_path, old, new).figures
    (changed, of_changed), (new_one, of_new) = ((cause.kind, cause.size or Decimal(0)) for cause in change.causes)
    assert (changed, new_one, of_changed + of_new) == (Kind.CHANGED, Kind.NEW, change.difference)
    assert abs(Fraction(of_changed) - (Fraction(13, 28) - Fraction(12, 24))) < Fraction(1, 10**11)


def test_a_ratio_over_nothing_on_the_way_is_not_divided() -> None:
    before = {("numerator", "a"): Fraction(1), ("denominator", "a"): Fraction(2)}
    after = {("numerator", "b"): Fraction(1), ("denominator", "b"): Fraction(4)}
    kinds: Mapping[str, tuple[Kind, str]] = {"a": (Kind.WITHDRAWN, "a"), "b": (Kind.NEW, "b")}
    half, quarter = Decimal("0.5"), Decimal("0.25")
    formula = "numerator / denominator"
    assert decompose((half, quarter), formula, (before, after), kinds.__getitem__, (Kind.CODE, "")) is None


def test_whatever_changes_the_sizes_add_up_to_the_difference(tmp_path: Path) -> None:
    chance = random.Random(5)
    for case in range(40):
        sides = []
        for side in (1, 2):
            rows = [
                (f"{unit}-{version}", unit, str(chance.randint(0, 9)), str(chance.randint(1, 30)))
                for unit in (f"U{i}" for i in range(6))
                if chance.random() < 0.8 and (version := chance.choice((1, side)))
            ]
            sides.append(made(*(rows or [("x-1", "X", "1", "2")]), figure=RATIO, profile=str(chance.randint(0, 1))))
        for change in compared(tmp_path / str(case), *sides).figures:
            sizes = [cause.size for cause in change.causes if cause.size is not None]
            assert len(sizes) == len(change.causes)
            assert sum(sizes) == change.difference, case


def with_columns(release: Made, **columns: Any) -> Made:
    """The release with more in each row of its indicators."""
    tables, entries = release
    return tables | {"indicator_values": [row | columns for row in tables["indicator_values"]]}, entries


OF_RESPONDENTS = {"unit_of_measure": "score", "spread_kind": "sd_respondents"}
RATE = {"unit_of_measure": "fraction"}


@pytest.mark.parametrize(
    ("values", "old", "new", "kind"),
    [
        ((3.75, 3.8), {"spread_shown": "exact"}, {"spread_shown": "rounded"}, Kind.DISCLOSURE),
        ((3.8, 3.75), {"spread_shown": "rounded"}, {"spread_shown": "exact"}, Kind.DISCLOSURE),
        ((3.75, 3.7), {"spread_shown": "exact"}, {"spread_shown": "withheld"}, Kind.DISCLOSURE),
        ((3.75, 3.9), {"spread_shown": "exact"}, {"spread_shown": "rounded"}, Kind.UNEXPLAINED),
        ((3.75, 3.8), {"spread_shown": "exact"}, {"spread_shown": "exact"}, Kind.UNEXPLAINED),
        ((3.75, 3.8), {"spread_kind": "sd_courses"}, {"spread_kind": "sd_courses"}, Kind.DISCLOSURE),
        ((0.5, 0.52), RATE, RATE, Kind.UNEXPLAINED),
        ((0.0, 0.03), RATE, RATE, Kind.UNEXPLAINED),
    ],
)
def test_a_number_to_one_decimal_is_one_that_disclosure_control_rounded_where_it_may_have(
    tmp_path: Path, values: tuple[float, float], old: dict[str, str], new: dict[str, str], kind: Kind
) -> None:
    usual = RATE if old == RATE else OF_RESPONDENTS
    sides = [
        with_columns(made(values={SUM: value}), **usual | more) for value, more in zip(values, (old, new), strict=True)
    ]
    (change,) = compared(tmp_path, *sides).figures
    ((found, size),) = [(cause.kind, cause.size) for cause in change.causes]
    assert (found, size is None) == (kind, kind is Kind.DISCLOSURE)


def test_a_number_may_be_rounded_where_a_release_of_before_does_not_say_how_its_spread_is_shown(tmp_path: Path) -> None:
    old, new = (
        written(tmp_path / name, with_columns(made(values={SUM: value}), **OF_RESPONDENTS, spread_shown="rounded"))
        for name, value in (("v1", 3.75), ("v2", 3.8))
    )
    table = old / "tables" / "indicator_values.parquet"
    earlier = pq.read_table(table).drop_columns(["spread_shown"])
    table.unlink()
    pq.write_table(earlier, table)
    (change,) = changes(ReleaseReader(sealed_anew(old)), ReleaseReader(new)).figures
    assert [cause.kind for cause in change.causes] == [Kind.DISCLOSURE]


def test_a_spread_that_is_shown_otherwise_is_no_change_of_a_number_that_is_the_same(tmp_path: Path) -> None:
    shown, withheld = (with_columns(WAS, **OF_RESPONDENTS, spread_shown=how) for how in ("exact", "withheld"))
    assert compared(tmp_path, shown, withheld).figures == ()


def test_of_a_number_without_contributions_all_that_is_otherwise_may_be_the_cause(tmp_path: Path) -> None:
    more = [("e1", "East", "accepted", 1), ("s1", "South", "accepted", 1)]
    (change,) = compared(tmp_path, made(values={SUM: 3.0}), made(values={SUM: 4.0}, also=more)).figures
    assert change.causes == tuple(Cause(Kind.NEW, f"r 2020 {unit}", None) for unit in ("East", "South"))


def test_a_number_that_neither_release_has_is_not_compared_but_the_first_of_a_figure_is(tmp_path: Path) -> None:
    hidden = made(values=HIDDEN)
    assert compared(tmp_path / "hidden", hidden, hidden).compared == 1
    result = compared(tmp_path / "one", WAS, with_columns(WAS, n=12))
    assert ([one.number for one in result.figures], result.compared) == (["n"], 2)


SHARE, COUNT = "numerator / denominator", "numerator"


@pytest.mark.parametrize(
    ("values", "old", "new", "formula"),
    [
        (("4", "2"), (8, 2), (6, 3), SHARE),
        (("8", "6"), (8, 2), (6, 3), COUNT),
        (("8", "2"), (8, 2), (6, 3), SHARE),
        (("0.3", "0.5"), (1, 3), (1, 2), None),
        (("0.3333333333333333", "0.5"), (1, 3), (1, 2), SHARE),
    ],
    ids=["the first gives both", "another gives both", "none gives both", "one decimal", "in full"],
)
def test_a_number_is_divided_by_the_first_formula_that_gives_both_unless_it_is_rounded(
    values: tuple[str, str], old: tuple[int, int], new: tuple[int, int], formula: str | None
) -> None:
    parts = ("numerator", "denominator")
    sizes = [{(part, "d"): Fraction(size) for part, size in zip(parts, side, strict=True)} for side in (old, new)]
    numbers = Decimal(values[0]), Decimal(values[1])
    assert formula_of((SHARE, COUNT), parts, numbers, (sizes[0], sizes[1])) == formula
    assert formula_of(("value",), parts, numbers, (sizes[0], sizes[1])) is None, "a part is not there"


def test_a_figure_that_a_waiver_lets_out_says_so(tmp_path: Path) -> None:
    without = made(values=HIDDEN, also=[("n1", "North", "accepted", 1)])
    (change,) = compared(tmp_path, without, made(NORTH, waivers=["East"])).figures
    assert (change.old, change.difference, change.old_status) == (None, None, "suppressed")
    assert Cause(Kind.WAIVER, "r 2020 East", None) in change.causes
    assert "suppressed → 1.5" in "\n".join(as_text(Changes("a", "b", (change,), 1), "en"))


def test_what_only_one_is_to_tell_is_counted_and_what_one_of_a_cycle_lacks_is_a_change(tmp_path: Path) -> None:
    same = compared(tmp_path / "same", WAS, WAS)
    assert (same.figures, same.compared, same.unexplained) == ((), 1, ())
    assert list(as_text(same, "nl")) == [f"{same.old} → {same.new}: geen verschillen"]
    later = {SUM: 3.75, "indicator:2021:advisers:all:all": 3.0}
    result = compared(tmp_path / "year", WAS, made(*OLD, cycle="2022-03", values=later))
    assert (result.figures, result.only_old, result.only_new) == ((), 0, 1)
    assert next(as_text(result, "en")).endswith(
        "no differences; not compared: 0 numbers that only the old one is to have, 1 that only the new one is"
    )
    more = {SUM: 3.75, "indicator:2020:certified:all:all": 3.0}
    result = compared(tmp_path / "cycle", WAS, made(*OLD, cycle="2021-05", values=more))
    assert (result.figures, result.only_new) == ((), 1)
    result = compared(tmp_path / "own", WAS, made(*OLD, values=more))
    assert [figure.old_status for figure in result.figures] == ["absent"]


def test_releases_without_a_figure_in_common_cannot_be_compared(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no figure in common"):
        compared(tmp_path, WAS, made(cycle="2025-03", values={"indicator:2024:advisers:all:all": 1.0}))


def test_the_forms_tell_the_same(tmp_path: Path) -> None:
    result = compared(tmp_path, WAS, made(NORTH, ("e2", "East", "2.5"), ("s1", "South", "1")))
    (figure,) = json.loads(as_json(result))["figures"]
    assert (figure["old"], figure["new"], figure["difference"]) == ("3.75", "5.0", "1.25")
    sizes = [(c["cause"], Decimal(c["size"])) for c in figure["causes"]]
    assert sizes == [("changed_delivery", Decimal("0.25")), ("new_delivery", Decimal(1))]
    rows = pq.read_table(pa.BufferReader(as_parquet(result)))
    assert rows.schema.equals(SCHEMA)
    rows = rows.filter(pc.field("cause") != "")
    assert sum(rows["size"].to_pylist()) == rows["difference"].to_pylist()[0] == Decimal("1.25")
    assert as_parquet(result) == as_parquet(result)
    text = list(as_text(result, "nl"))
    assert text[0].endswith("1 van 1 cijfers anders, en 6 andere waarden")
    assert {f"  {SUM} value: 3,75 → 5 (+1,25)", "    +0,25  gewijzigde levering: r 2020 East"} <= {*text}


def test_every_cause_has_a_name() -> None:
    assert set(CALLED) == set(ORDER) == set(Kind)


def test_a_change_without_numbers_has_no_difference() -> None:
    change = FigureChange("f", "measures", "progress", "at_risk", "done", "ok", "ok", (Cause(Kind.NEW, "x", None),))
    assert change.difference is None
    assert "at_risk → done" in "\n".join(as_text(Changes("a", "b", (change,), 1), "en"))


def test_the_command_tells_it_in_each_form(tmp_path: Path, capfd: Capture) -> None:
    folders = [str(written(tmp_path / f"v{i}", of)) for i, of in enumerate((WAS, made(NORTH, profile="q")))]
    file = tmp_path / "changes.parquet"

    def told(*options: str) -> str:
        assert kwaliteitsmonitor.main(["diff", *folders, "--out", str(tmp_path), *options]) == 0
        return str(capfd.readouterr().out)

    assert "3.75 → 1.5 (-2.25)" in told("--language", "en")
    assert json.loads(told("--format", "json"))["figures"][0]["difference"] == "-2.25"
    told("--format", "parquet", "--to", str(file))
    assert pq.read_table(file, filters=[("cause", "!=", "")])["size"].to_pylist() == [Decimal("-2.25")]


def test_the_command_says_that_a_change_has_no_cause_or_what_is_wrong(tmp_path: Path, capfd: Capture) -> None:
    releases = (WAS, made(*OLD, values={SUM: 9.0}), made(*OLD, institution="x"))
    old, unexplained, elsewhere = (str(written(tmp_path / f"v{i}", of)) for i, of in enumerate(releases))

    def refused(code: int, why: str, *arguments: str) -> None:
        assert kwaliteitsmonitor.main(["diff", *arguments, "--out", str(tmp_path)]) == code
        assert why in capfd.readouterr().err

    refused(1, "nothing that it follows from did", old, unexplained)
    refused(2, "two institutions cannot be compared", old, elsewhere)
    refused(2, "", old, str(tmp_path / "no"))
    refused(2, "it cannot be written", old, old, "--to", str(tmp_path / "no" / "x"))
    Path(old, "tables", "lineage.parquet").write_bytes(b"x")
    refused(1, "tables/lineage.parquet is gewijzigd", old, unexplained)


def test_the_documentation_shows_a_difference_as_it_is_told() -> None:
    """The number of figures that releases have in common grows with every table, and is left out there."""
    corrected = "faculty_report 2019-2020 FSW onderwijsjaarverslag/2019-2020/FSW.xlsx"
    replaced = Cause(Kind.CHANGED, "faculty_report 2019-2020 FGW", Decimal("0.5"))
    causes = (replaced, Cause(Kind.CORRECTION, corrected, Decimal("0.3")))
    advisers = "indicator:2020:study_adviser_fte:all:all"
    values = ("indicator_values", "value", Decimal("57.1"), Decimal("57.9"), "ok", "ok")
    difference = Changes("2021-03/v2", "2021-03/v3", (FigureChange(advisers, *values, causes),), 6000)
    lines = "\n".join(as_text(difference, "nl")).replace("van 6.000", "van …").splitlines()
    page = (Path(__file__).resolve().parents[3] / "docs" / "releases.md").read_text(encoding="utf-8")
    _, _, after = page.partition("    kwaliteitsmonitor diff 2021-03/v2 2021-03/v3\n\n")
    assert [line.removeprefix("    ") for line in after.partition("\n\n`--language")[0].splitlines()] == lines


def test_a_mean_with_more_digits_than_a_column_has_is_rounded_and_its_causes_still_add_up() -> None:
    old, new = Decimal("7.091863385233551"), Decimal("7.0099949773982924")
    third = (new - old) / 3
    sizes = {"0": third, "1": third, "2": new - old - 2 * third}
    causes = tuple(Cause(Kind.CHANGED, about, size) for about, size in sizes.items())
    result = Changes("a", "b", (FigureChange(SUM, "indicator_values", "value", old, new, "ok", "ok", causes),), 1)
    rows = pq.read_table(pa.BufferReader(as_parquet(result))).to_pylist()
    assert rows[0]["old"] == Decimal("7.091863385234")
    assert sum(row["size"] for row in rows) == rows[0]["difference"] == Decimal("-0.081868407836")
    assert "7.091863385233551" in as_json(result)
