"""What changed between two releases and why: causes that add up to the difference, whatever changed."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from kwaliteitsmonitor.releases.diff.attribution import RULES, decompose, rule_for
from kwaliteitsmonitor.releases.diff.context import Circumstances
from kwaliteitsmonitor.releases.diff.context import Made as Origin
from kwaliteitsmonitor.releases.diff.forms import SCHEMA, as_json, as_parquet, as_text
from kwaliteitsmonitor.releases.diff.models import CALLED, ORDER, Cause, Changes, FigureChange, Kind
from kwaliteitsmonitor.releases.diff.releases import changes
from kwaliteitsmonitor.releases.format.integrity import sha256_of
from kwaliteitsmonitor.releases.format.manifest import written
from kwaliteitsmonitor.releases.format.reader import ReleaseReader
from schemas.errors import UsageError

SUM, RATIO = "indicator:2020:advisers:all:all", "indicator:2020:share:all:all"
BUDGET = "spending:2020:all"


@dataclass
class Made:
    """A release as a test makes it up: which delivery of which unit contributes what to which figure."""

    cycle: str = "2021-03"
    institution: str = "made-up"
    contributions: dict[tuple[str, str, str], str | None] = field(default_factory=dict)
    status: dict[str, tuple[str, str, int]] = field(default_factory=dict)
    values: dict[str, float | None] = field(default_factory=dict)
    budget: Decimal | None = None
    corrections: Sequence[tuple[str, str]] = ()
    waivers: Sequence[str] = ()
    definition: str = "1"
    profile: str = "p"
    code: str = "c"
    library: str = "1"

    def deliver(self, delivery: str, unit: str, status: str = "accepted", version: int = 1) -> Made:
        self.status[delivery] = (unit, status, version)
        return self

    def write(self, folder: Path) -> Path:
        (folder / "tables").mkdir(parents=True)
        said = {
            "institution": self.institution,
            "cycle": self.cycle,
            "profile": {"version": "1", "sha256": self.profile},
            "code": {"version": "1", "sha256": self.code},
            "libraries": {"pyarrow": self.library},
        }
        for name, rows in self._tables().items():
            if rows:
                pq.write_table(pa.Table.from_pylist(rows), folder / "tables" / f"{name}.parquet")
        files = {f"tables/{path.name}": sha256_of(path) for path in (folder / "tables").iterdir()}
        (folder / "manifest.json").write_bytes(written(said, files))
        return folder

    def _tables(self) -> dict[str, list[dict[str, Any]]]:
        figures = [
            {"figure_id": f"{self.cycle}:{f}", "indicator": f.split(":")[2], "value": v, "status": _state(v)}
            for f, v in self.values.items()
        ]
        spending = {"figure_id": f"{self.cycle}:{BUDGET}", "budget": self.budget, "status": "ok"}
        statuses = [
            {"feed": "r", "period": "2020", "unit": u, "delivery": d, "file": f"{u}.csv", "status": s, "version": v}
            for d, (u, s, v) in self.status.items()
        ]
        lineage = [
            {"figure_id": f"{self.cycle}:{f}", "part": p, "delivery": d, "contribution": _number(c)}
            for (f, p, d), c in self.contributions.items()
        ]
        corrections = [
            {"delivery": d, "table": "t", "cell": "D14", "expected": "1", "new_value": new}
            for d, new in self.corrections
        ]
        waivers = [{"feed": "r", "period": "2020", "unit": u, "rule": None, "used": True} for u in self.waivers]
        definitions = [
            {"indicator": name, "version": self.definition, "definition_en": self.definition}
            for name in ("advisers", "share")
        ]
        return {
            "indicator_values": figures,
            "spending_overview": [spending] if self.budget is not None else [],
            "delivery_status": statuses,
            "lineage": lineage,
            "corrections": corrections,
            "waivers": waivers,
            "definitions": definitions,
        }


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text).quantize(Decimal("0.000001"))


def _state(value: float | None) -> str:
    return "suppressed" if value is None else "ok"


def adding(*of: tuple[str, str, str], **more: Any) -> Made:
    """A release in which advisers are added up over deliveries: (delivery, unit, fte)."""
    made = Made(**more)
    for delivery, unit, fte in of:
        made.deliver(delivery, unit)
        made.contributions[(SUM, "numerator", delivery)] = fte
    made.values[SUM] = float(sum((Decimal(fte) for _, _, fte in of), Decimal(0)))
    return made


def compared(tmp_path: Path, old: Made, new: Made) -> Changes:
    return changes(ReleaseReader(old.write(tmp_path / "v1")), ReleaseReader(new.write(tmp_path / "v2")))


def causes(found: Changes, figure: str = SUM) -> list[tuple[Kind, str, Decimal | None]]:
    (change,) = [f for f in found.figures if f.figure == figure]
    return [(c.kind, c.about, c.size) for c in change.causes]


OLD = (("n1", "North", "1.5"), ("e1", "East", "2.25"))


def test_two_releases_that_are_the_same_have_no_changes(tmp_path: Path) -> None:
    found = compared(tmp_path, adding(*OLD), adding(*OLD))
    assert (found.figures, found.compared, found.unexplained) == ((), 1, ())
    assert list(as_text(found, "nl")) == [f"{found.old} → {found.new}: geen verschillen"]


SUPERSEDED = adding(OLD[0], ("e2", "East", "2.5")).deliver("e1", "East", "superseded").deliver("e2", "East", version=2)
WITHDRAWN = adding(OLD[0]).deliver("e1", "East", "withdrawn")
BACK = adding(*OLD).deliver("e2", "East", "withdrawn", 2)
CORRECTED = adding(OLD[0], ("e1", "East", "2.5"), corrections=[("e1", "2.5")])


@pytest.mark.parametrize(
    ("old", "new", "kind", "about", "size"),
    [
        (adding(*OLD), adding(*OLD, ("s1", "South", "0.75")), Kind.NEW, "r 2020 South", "0.75"),
        (adding(*OLD), adding(*OLD, ("s1", "South", "1"), cycle="2021-05"), Kind.NEW, "r 2020 South", "1"),
        (adding(*OLD), SUPERSEDED, Kind.CHANGED, "r 2020 East", "0.25"),
        (adding(*OLD), WITHDRAWN, Kind.WITHDRAWN, "r 2020 East", "-2.25"),
        (SUPERSEDED, BACK, Kind.WITHDRAWN, "r 2020 East", "-0.25"),
        (adding(*OLD), CORRECTED, Kind.CORRECTION, "r 2020 East East.csv", "0.25"),
    ],
    ids=["new", "of two cycles", "another version", "withdrawn", "the version before in its place", "corrected"],
)
def test_what_happened_to_a_delivery_has_what_it_changed(
    tmp_path: Path, old: Made, new: Made, kind: Kind, about: str, size: str
) -> None:
    assert causes(compared(tmp_path, old, new)) == [(kind, about, Decimal(size))]


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        ({"definition": "2"}, Kind.DEFINITION),
        ({"profile": "q"}, Kind.PROFILE),
        ({"cycle": "2021-05"}, Kind.CYCLE),
        ({"code": "d"}, Kind.CODE),
        ({"library": "2"}, Kind.CODE),
        ({"definition": "2", "profile": "q", "code": "d"}, Kind.DEFINITION),
    ],
)
def test_what_no_delivery_explains_is_of_what_else_differs(tmp_path: Path, more: dict[str, str], kind: Kind) -> None:
    new = adding(OLD[0], ("e1", "East", "3"), **more)
    folders = adding(*OLD).write(tmp_path / "v1"), new.write(tmp_path / "v2")
    old, now = map(ReleaseReader, folders)
    ((cause, _, size),) = causes(changes(old, now))
    assert (cause, size) == (kind, Decimal("0.75"))
    assert Circumstances(Origin(old), Origin(now)).otherwise("advisers")[0] is kind


def test_a_change_without_any_cause_is_told_as_unexplained(tmp_path: Path) -> None:
    found = compared(tmp_path, adding(*OLD), adding(OLD[0], ("e1", "East", "3")))
    assert causes(found) == [(Kind.UNEXPLAINED, "", Decimal("0.75"))]
    assert [f.figure for f in found.unexplained] == [SUM]
    lied = adding(*OLD)
    lied.values[SUM] = 4.0
    assert compared(tmp_path / "more", adding(*OLD), lied).unexplained


def test_causes_stand_in_the_order_in_which_they_take_effect(tmp_path: Path) -> None:
    old = adding(*OLD, ("w1", "West", "4"))
    new = adding(
        ("n1", "North", "1"), ("e2", "East", "2"), ("s1", "South", "8"), profile="q", corrections=[("n1", "1")]
    )
    new.deliver("e2", "East", version=2).deliver("w1", "West", "withdrawn")
    new.values[SUM] = 11.5
    assert causes(compared(tmp_path, old, new)) == [
        (Kind.WITHDRAWN, "r 2020 West", Decimal(-4)),
        (Kind.CHANGED, "r 2020 East", Decimal("-0.25")),
        (Kind.NEW, "r 2020 South", Decimal(8)),
        (Kind.CORRECTION, "r 2020 North North.csv", Decimal("-0.5")),
        (Kind.PROFILE, "1 (p) → 1 (q)", Decimal("0.5")),
    ]


def sharing(*of: tuple[str, str, str, str], **more: Any) -> Made:
    """A release with a share over deliveries: (delivery, unit, numerator, denominator)."""
    made = Made(**more)
    for delivery, unit, above, below in of:
        made.deliver(delivery, unit, version=int(delivery[-1]))
        made.contributions |= {(RATIO, "numerator", delivery): above, (RATIO, "denominator", delivery): below}
    above, below = (sum(Fraction(row[at]) for row in of) for at in (2, 3))
    made.values[RATIO] = float(above / below)
    return made


def test_a_ratio_is_divided_over_causes_to_the_last_digit(tmp_path: Path) -> None:
    old = sharing(("n1", "North", "7", "11"), ("e1", "East", "5", "13"))
    new = sharing(("n1", "North", "7", "11"), ("e2", "East", "6", "17"), ("s1", "South", "1", "3"))
    (change,) = compared(tmp_path, old, new).figures
    changed, new_one = change.causes
    assert (changed.kind, new_one.kind) == (Kind.CHANGED, Kind.NEW)
    assert changed.size is not None
    assert new_one.size is not None
    assert changed.size + new_one.size == change.difference
    assert abs(Fraction(changed.size) - (Fraction(13, 28) - Fraction(12, 24))) < Fraction(1, 10**11)


def test_whatever_changes_the_sizes_add_up_to_the_difference(tmp_path: Path) -> None:
    chance = random.Random(5)
    for case in range(40):
        units = [f"U{i}" for i in range(6)]
        sides = []
        for side in (1, 2):
            rows = [
                (f"{unit}-{version}", unit, str(chance.randint(0, 9)), str(chance.randint(1, 30)))
                for unit in units
                if chance.random() < 0.8 and (version := chance.choice((1, side)))
            ]
            sides.append(sharing(*(rows or [("x-1", "X", "1", "2")]), profile=str(chance.randint(0, 1))))
        for change in compared(tmp_path / str(case), *sides).figures:
            sizes = [cause.size for cause in change.causes]
            assert None not in sizes
            assert sum(size for size in sizes if size is not None) == change.difference, case


def test_amounts_are_divided_exactly(tmp_path: Path) -> None:
    old, new = Made(budget=Decimal("0.10")), Made(budget=Decimal("0.30"))
    for made, amount, version in ((old, "0.1", 1), (new, "0.3", 2)):
        made.deliver(f"b{version}", "North", version=version)
        made.contributions[(BUDGET, "budget", f"b{version}")] = amount
    assert causes(compared(tmp_path, old, new), BUDGET) == [(Kind.CHANGED, "r 2020 North", Decimal("0.20"))]


def test_where_a_contribution_is_withheld_causes_are_named_and_none_has_a_size(tmp_path: Path) -> None:
    new = adding(OLD[0], ("e2", "East", "3"), ("s1", "South", "4")).deliver("e2", "East", version=2)
    new.contributions[(SUM, "numerator", "e2")] = None
    new.contributions[(SUM, "numerator", "n1")] = None
    found = compared(tmp_path, adding(*OLD), new)
    assert {size for _, _, size in causes(found)} == {None}
    assert {kind for kind, _, _ in causes(found)} >= {Kind.CHANGED, Kind.NEW}
    assert "omvang niet te zeggen" in "\n".join(as_text(found, "nl"))


def test_one_cause_that_is_withheld_has_no_size_either(tmp_path: Path) -> None:
    new = adding(OLD[0], ("e2", "East", "3")).deliver("e2", "East", version=2)
    new.contributions[(SUM, "numerator", "e2")] = None
    assert causes(compared(tmp_path, adding(*OLD), new)) == [(Kind.CHANGED, "r 2020 East", None)]


def test_a_figure_that_is_suppressed_on_either_side_has_no_difference(tmp_path: Path) -> None:
    hidden = adding(*OLD)
    hidden.values[SUM] = None
    new = adding(OLD[0], ("e2", "East", "3")).deliver("e2", "East", version=2)
    (change,) = compared(tmp_path, hidden, new).figures
    assert (change.old, change.difference, change.old_status) == (None, None, "suppressed")
    assert {cause.size for cause in change.causes} == {None}
    text = "\n".join(as_text(Changes("a", "b", (change,), 1), "en"))
    assert "suppressed → 4.5" in text


def test_a_figure_that_is_hidden_for_the_sake_of_others_says_so_and_is_not_unexplained(tmp_path: Path) -> None:
    hidden = adding(*OLD)
    hidden.values[SUM] = None
    hidden.contributions.clear()
    before = adding(*OLD)
    before.contributions.clear()
    found = compared(tmp_path, before, hidden)
    assert causes(found) == [(Kind.DISCLOSURE, "", None)]
    assert found.unexplained == ()


def test_a_figure_that_a_waiver_lets_out_says_so(tmp_path: Path) -> None:
    missing = Made(values={SUM: None})
    found = compared(tmp_path, missing.deliver("n1", "North"), adding(OLD[0], waivers=["East"]))
    assert (Kind.WAIVER, "r 2020 East", None) in causes(found)


def test_figures_of_a_year_that_the_other_does_not_report_on_are_counted_and_not_compared(tmp_path: Path) -> None:
    new = adding(*OLD, cycle="2022-03")
    new.values["indicator:2021:advisers:all:all"] = 3.0
    found = compared(tmp_path, adding(*OLD), new)
    assert (found.figures, found.only_old, found.only_new) == ((), 0, 1)
    assert next(as_text(found, "en")).endswith(
        "no differences; not compared: 0 numbers that only the old one is to have, 1 that only the new one is"
    )


def test_what_only_one_of_two_cycles_tells_of_a_year_is_no_change(tmp_path: Path) -> None:
    new = adding(*OLD, cycle="2021-05")
    new.values["indicator:2020:certified:all:all"] = 3.0
    found = compared(tmp_path / "a", adding(*OLD), new)
    assert (found.figures, found.only_new) == ((), 1)
    new.cycle = "2021-03"
    assert [f.old_status for f in compared(tmp_path / "b", adding(*OLD), new).figures] == ["absent"]


@pytest.mark.parametrize("other", [{"institution": "another"}, {"cycle": "2025-03"}])
def test_releases_that_cannot_be_compared_are_wrong_usage(tmp_path: Path, other: dict[str, str]) -> None:
    new = adding(*OLD, **other)
    if "cycle" in other:
        new.values = {"indicator:2024:advisers:all:all": 1.0}
    with pytest.raises(UsageError, match=r"cannot be compared|no figure in common") as refused:
        compared(tmp_path, adding(*OLD), new)
    assert refused.value.exit_code == 2


def test_the_forms_tell_the_same(tmp_path: Path) -> None:
    new = adding(OLD[0], ("e2", "East", "2.5"), ("s1", "South", "1")).deliver("e2", "East", version=2)
    found = compared(tmp_path, adding(*OLD), new)
    told = json.loads(as_json(found))
    (figure,) = told["figures"]
    assert (figure["old"], figure["new"], figure["difference"]) == ("3.75", "5.0", "1.25")
    sizes = [(c["cause"], Decimal(c["size"])) for c in figure["causes"]]
    assert sizes == [("changed_delivery", Decimal("0.25")), ("new_delivery", Decimal(1))]
    (tmp_path / "x.parquet").write_bytes(as_parquet(found))
    rows = pq.read_table(tmp_path / "x.parquet")
    assert rows.schema.equals(SCHEMA)
    rows = rows.filter(pc.field("cause") != "")
    assert sum(rows["size"].to_pylist()) == rows["difference"].to_pylist()[0] == Decimal("1.25")
    assert as_parquet(found) == as_parquet(found)
    text = list(as_text(found, "nl"))
    assert text[0].endswith("1 van 1 cijfers anders, en 6 andere waarden")
    assert f"  {SUM} value: 3,75 → 5 (+1,25)" in text
    assert "    +0,25  gewijzigde levering: r 2020 East" in text


def test_every_cause_has_a_name_in_both_languages() -> None:
    assert set(CALLED) == set(ORDER) == set(Kind)


def test_a_ratio_over_nothing_on_the_way_is_not_divided() -> None:
    _, rule = rule_for("indicator_values", "value", {"numerator", "denominator"}) or ((), len)
    before = {("numerator", "a"): Fraction(1), ("denominator", "a"): Fraction(2)}
    after = {("numerator", "b"): Fraction(1), ("denominator", "b"): Fraction(4)}
    kinds: Mapping[str, tuple[Kind, str]] = {"a": (Kind.WITHDRAWN, "a"), "b": (Kind.NEW, "b")}
    half, quarter = Decimal("0.5"), Decimal("0.25")
    parts = ("numerator", "denominator")
    assert decompose((half, quarter), rule, parts, (before, after), kinds.__getitem__, (Kind.CODE, "")) is None


def test_every_number_that_is_compared_is_a_column_of_its_table() -> None:
    from schemas.tables import CATALOGUE

    for name, numbers in RULES.items():
        assert set(numbers) <= set(CATALOGUE[name].names)


def test_a_change_without_numbers_has_no_difference() -> None:
    change = FigureChange("f", "measures", "progress", "at_risk", "done", "ok", "ok", (Cause(Kind.NEW, "x", None),))
    assert change.difference is None
    assert "at_risk → done" in "\n".join(as_text(Changes("a", "b", (change,), 1), "en"))


def call(*arguments: str) -> int:
    from pipelines.cli.commands import kwaliteitsmonitor

    return int(kwaliteitsmonitor.main(list(arguments)))


def test_the_command_tells_it_in_each_form(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    folders = (str(adding(*OLD).write(tmp_path / "v1")), str(adding(OLD[0], profile="q").write(tmp_path / "v2")))
    where = ("--out", str(tmp_path))
    assert call("diff", *folders, *where, "--language", "en") == 0
    assert "3.75 → 1.5 (-2.25)" in capfd.readouterr().out
    assert call("diff", *folders, *where, "--format", "json") == 0
    assert json.loads(capfd.readouterr().out)["figures"][0]["difference"] == "-2.25"
    file = tmp_path / "changes.parquet"
    assert call("diff", *folders, *where, "--format", "parquet", "--to", str(file)) == 0
    sizes = pq.read_table(file, filters=[("cause", "!=", "")])["size"].to_pylist()
    assert sizes == [Decimal("-2.25")]


def test_the_command_ends_with_1_where_a_change_has_no_cause_and_2_where_there_is_nothing_to_compare(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    old, lied = adding(*OLD), adding(*OLD)
    lied.values[SUM] = 9.0
    folders = [str(made.write(tmp_path / f"v{i}")) for i, made in enumerate((old, lied, adding(*OLD, institution="x")))]
    assert call("diff", folders[0], folders[1], "--out", str(tmp_path)) == 1
    assert "nothing that it follows from did" in capfd.readouterr().err
    assert call("diff", folders[0], folders[2], "--out", str(tmp_path)) == 2
    assert "two institutions cannot be compared" in capfd.readouterr().err
    (tmp_path / "v1" / "tables" / "lineage.parquet").write_bytes(b"x")
    assert call("diff", folders[0], folders[1], "--out", str(tmp_path)) == 1
    assert "tables/lineage.parquet was altered" in capfd.readouterr().err
    assert call("diff", folders[0], str(tmp_path / "no"), "--out", str(tmp_path)) == 2
    assert call("diff", folders[0], folders[0], "--to", str(tmp_path / "no" / "x"), "--out", str(tmp_path)) == 2
    assert "it cannot be written" in capfd.readouterr().err


def test_the_documentation_shows_a_difference_as_it_is_told() -> None:
    """The number of figures that releases have in common grows with every table, and is left out there."""
    report = "faculty_report 2019-2020 FSW onderwijsjaarverslag/2019-2020/FSW.xlsx"
    causes = (
        Cause(Kind.CHANGED, "faculty_report 2019-2020 FGW", Decimal("0.5")),
        Cause(Kind.CORRECTION, report, Decimal("0.3")),
    )
    advisers = "indicator:2020:study_adviser_fte:all:all"
    values = ("indicator_values", "value", Decimal("57.1"), Decimal("57.9"), "ok", "ok")
    found = Changes("2021-03/v2", "2021-03/v3", (FigureChange(advisers, *values, causes),), 6000)
    told = "\n".join(as_text(found, "nl")).replace("van 6.000", "van …")
    page = (Path(__file__).resolve().parents[3] / "docs" / "releases.md").read_text(encoding="utf-8")
    _, _, after = page.partition("    kwaliteitsmonitor diff 2021-03/v2 2021-03/v3\n\n")
    shown = after.partition("\n\n`--language")[0]
    assert [line.removeprefix("    ") for line in shown.splitlines()] == told.splitlines()


def test_a_mean_with_more_digits_than_a_column_has_is_rounded_and_its_causes_still_add_up() -> None:
    old, new = Decimal("7.091863385233551"), Decimal("7.0099949773982924")
    sizes = [(new - old) / 3] * 2
    causes = [
        *(Cause(Kind.CHANGED, str(at), size) for at, size in enumerate(sizes)),
        Cause(Kind.PROFILE, "", new - old - sum(sizes)),
    ]
    found = Changes("a", "b", (FigureChange(SUM, "indicator_values", "value", old, new, "ok", "ok", (*causes,)),), 1)
    rows = pq.read_table(pa.BufferReader(as_parquet(found))).to_pylist()
    assert rows[0]["old"] == Decimal("7.091863385234")
    assert sum(row["size"] for row in rows) == rows[0]["difference"] == Decimal("-0.081868407836")
    assert "7.091863385233551" in as_json(found)
