"""Which notices are due, and what units and operators read: in two languages, and without a secret."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from kwaliteitsmonitor.exchange.notices.alerts import without_secrets
from kwaliteitsmonitor.exchange.notices.overview import after_deadline, cycle_begun, lines, standings
from kwaliteitsmonitor.exchange.notices.schedule import Moment, Notice, State, due, moment_due
from kwaliteitsmonitor.exchange.notices.wording import letter
from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.obligations.periods import Expected
from schemas.profile.institution import Notices
from schemas.words import Words
from tests.exchange.notices.university import CYCLE, FINANCE, STAFF, notice, set_aside, university

PROFILE = university()
OF = PROFILE.cycle(CYCLE)
RULES = Notices(days_before=[14, 3], days_after=[1, 7])


@pytest.mark.parametrize(
    ("day", "rules", "moment"),
    [
        ("2020-12-16", RULES, None),
        ("2020-12-17", RULES, "before-14"),
        ("2020-12-27", RULES, "before-14"),
        ("2020-12-28", RULES, "before-3"),
        ("2020-12-31", RULES, "before-3"),
        ("2021-01-01", RULES, "after-1"),
        ("2021-01-06", RULES, "after-1"),
        ("2021-01-07", RULES, "after-7"),
        ("2021-01-21", RULES, "after-7"),
        ("2021-01-22", RULES, None),
        ("2020-12-31", Notices(), None),
        ("2021-01-02", Notices(days_before=[3]), None),
        ("2020-12-30", Notices(days_after=[1]), None),
        ("2020-12-31", Notices(days_before=[0]), "before-0"),
    ],
)
def test_a_moment_is_due_from_its_day_until_the_next_so_that_a_day_off_does_not_lose_it(
    day: str, rules: Notices, moment: str | None
) -> None:
    of_day = moment_due(date.fromisoformat(day), date(2020, 12, 31), rules)
    assert (of_day.key if of_day else None) == moment


def row(status: str, unit: str | None = "North", **more: Any) -> dict[str, Any]:
    came = {} if status == "missing" else {"file": f"verslag/2019-2020/{unit}.xlsx", "delivery": f"id-{unit}"}
    nothing = dict.fromkeys(
        ("file", "delivery", "version", "rows_quarantined", "reason_nl", "reason_en", "waived_because", "late")
    )
    about = {"feed": "report", "period": "2019-2020", "unit": unit, "status": status}
    return {**nothing, **about, **came, **more}


def notices(
    rows: Sequence[dict[str, Any]],
    day: str = "2020-12-17",
    quarantine: Sequence[dict[str, Any]] = (),
    unknown: Sequence[str] = (),
) -> list[Notice]:
    return due(PROFILE, OF, date.fromisoformat(day), rows, quarantine, unknown)


MISSING, REFUSED = {"North": State.MISSING}, {"North": State.REFUSED}
LATER = {"East": State.MISSING, "": State.REFUSED}


@pytest.mark.parametrize(
    ("rows", "states"),
    [
        ([row("missing"), row("accepted", "East")], MISSING),
        ([row("rejected"), row("missing")], REFUSED),
        ([row("rejected")], REFUSED),
        ([row("rejected"), row("accepted")], {}),
        ([row("superseded"), row("partly_accepted")], {"North": State.SET_ASIDE}),
        ([row("superseded"), row("accepted"), row("duplicate")], {}),
        ([row("withdrawn"), row("missing")], MISSING),
        ([row("arriving"), row("missing")], {}),
        ([row("not_pulled")], {}),
        ([row("accepted", version=1), row("rejected", version=2)], REFUSED),
        ([row("rejected", version=1), row("accepted", version=2)], {}),
        ([row("missing", waived_because="merged with East"), row("missing", "East")], {"East": State.MISSING}),
        ([row("missing", period="2018-2019")], {}),
        # In the order of the profile.
        ([row("missing", "East"), row("rejected", None), row("missing")], MISSING | LATER),
    ],
)
def test_the_state_of_a_delivery_follows_from_all_its_versions(
    rows: list[dict[str, Any]], states: dict[str, State]
) -> None:
    assert [(one.unit, one.state) for one in notices(rows)] == list(states.items())


def test_of_a_feed_that_is_not_known_or_not_required_nothing_is_said() -> None:
    assert notices([row("missing")], unknown=["report"]) == []
    assert notices([row("missing", None, feed="control", period="2020")], "2020-11-28") == []


def test_cells_that_were_set_aside_are_named_each_once_with_what_was_expected() -> None:
    rows = [row("partly_accepted", rows_quarantined=2), row("accepted", "East")]
    about = {"table": "bfr", "sheet": "panels", "found": "geheim", "file": "verslag/2019-2020/North.xlsx"}
    about |= {"expected_nl": "een getal", "expected_en": "a number"}
    cells = (("North", "B4"), ("North", "B4"), ("North", "C9"), ("East", "D1"))
    (one,) = notices(rows, quarantine=[{"delivery": f"id-{unit}", "cell": cell, **about} for unit, cell in cells])
    assert one.rows == 2
    assert [place.where.nl for place in one.places] == [f"{about['file']}, panels!{cell}" for cell in ("B4", "C9")]
    assert (one.places[0].expected.nl, one.places[0].expected.en) == ("een getal", "a number")
    assert "geheim" not in repr(one)


def test_a_refused_file_is_named_with_the_reason_in_both_languages() -> None:
    (one,) = notices([row("rejected", reason_nl="geen werkboek", reason_en="no workbook"), row("missing")])
    ((where, nl, en),) = [(p.where.nl, p.expected.nl, p.expected.en) for p in one.places]
    assert (where, nl, en) == ("verslag/2019-2020/North.xlsx", "geen werkboek", "no workbook")


def test_each_round_has_its_own_deadline() -> None:
    rows = [row("missing", feed="finance", period=f"2020-{number}") for number in (1, 2, 3)]
    (one,) = notices(rows, "2021-02-14")
    assert (one.expected.period, one.deadline, one.moment) == ("2020-3", date(2021, 2, 28), Moment(False, 14))


def test_no_secret_of_the_settings_stands_in_a_text() -> None:
    settings = Settings(
        connection_urls={"FINANCE": "postgresql://reader:ge%40heim@db/finance"},
        landing_password="wachtwoord",
        out="/srv/out",
    )
    text = without_secrets("reader:ge%40heim, ge@heim and\nwachtwoord under /srv/out", settings)
    assert text == "reader:…, … and … under /srv/out"


def test_each_delivery_that_is_not_in_order_has_a_line_with_its_units_and_the_others_have_one() -> None:
    rows = [
        row("missing", "East"),
        row("accepted", version=1, late=True),
        row("accepted", None, feed="staff", period="2020", version=1),
    ]
    overview = lines(standings(PROFILE, OF, rows, {"finance": Words("niet gelezen.", "not pulled today.")}))
    texts = [line.en for line in overview if any(word in line.en for word in ("2019-2020", "financial", "Every"))]
    assert texts[0] == "- annual report, 2019-2020 (by 31 December 2020): received late: North; not received: East."
    assert "financial round" in texts[1]
    assert "not known. not pulled today." in texts[1]
    assert texts[-1] == "Everything else was received and is whole."


def test_after_a_deadline_it_is_told_what_lacks_and_nothing_where_all_came() -> None:
    came = [row("accepted", unit, version=1) for unit in ("North", "East")]
    assert after_deadline(OF, date(2020, 12, 31), standings(PROFILE, OF, came, {})) is None
    missing = standings(PROFILE, OF, [row("missing")], {})
    alert = after_deadline(OF, date(2020, 12, 31), missing)
    assert alert is not None
    assert alert.subject.nl == f"Cyclus {CYCLE}: na 31 december 2020 ontbreekt 1 levering"


def test_a_cycle_that_begins_says_nothing_of_what_was_not_looked_at_yet() -> None:
    unknown = {feed.id: Words("nog niet opgenomen", "not taken up yet") for feed in PROFILE.feeds}
    alert = cycle_begun(OF, "run", standings(PROFILE, OF, [], unknown))
    assert alert.subject.en == f"cycle {CYCLE} has begun"
    assert "not received" not in " ".join(paragraph.en for paragraph in alert.paragraphs)


def test_who_did_not_deliver_reads_what_by_when_where_and_how_in_dutch_first_and_in_english() -> None:
    dutch, english = letter(PROFILE, notice()).text.split(f"\n\n{'-' * 68}\n\n")
    assert dutch.splitlines() == [
        "North, Verzonnen Universiteit",
        "",
        "Gevraagd: jaarverslag, 2019-2020, North.",
        "Uiterste datum: 31 december 2020.",
        "Stand: nog niet ontvangen.",
        "",
        "Aanleveren: in de aanleverzone, als verslag/2019-2020/North.xlsx.",
        "",
        "U krijgt het sjabloon van afspraken@uni.test.",
    ]
    assert english.splitlines() == [
        "North, Made-up University",
        "",
        "Expected: annual report, 2019-2020, North.",
        "Deadline: 31 December 2020.",
        "State: not received yet.",
        "",
        "Where to deliver: in the landing zone, as verslag/2019-2020/North.xlsx.",
        "",
        "You get the template from afspraken@uni.test.",
    ]


ROWS, ROW, MANY = set_aside("B4", "C9"), set_aside("B4"), set_aside(*(f"B{number}" for number in range(1, 31)))
CENTRAL = replace(notice(unit=""), feed=STAFF, expected=Expected("2020", 2020), deadline=date(2020, 12, 1))
PULLED = replace(notice(), feed=FINANCE, expected=Expected("2020-3", 2020, 3))
OF_NOBODY = notice(unit="", state=State.REFUSED)


@pytest.mark.parametrize(
    ("about", "sentence"),
    [
        (ROWS, "Stand: ontvangen, maar 2 rijen zijn apart gezet."),
        (ROWS, "State: received, but 2 rows are set aside."),
        (ROWS, "- verslag/2019-2020/North.xlsx, panels!B4: een getal"),
        (ROWS, "- verslag/2019-2020/North.xlsx, panels!C9: a number"),
        (ROWS, "Lever het herstelde bestand in zijn geheel aan als verslag/2019-2020/North_v2.xlsx."),
        (ROWS, "U krijgt het sjabloon en de terugkoppeling per cel van afspraken@uni.test."),
        (ROW, "maar 1 rij is apart gezet"),
        (MANY, "panels!B20:"),
        (MANY, "- en nog 10; zie de terugkoppeling"),
        (MANY, "- and 10 more; see the feedback"),
        (CENTRAL, "in de aanleverzone, als personeel/2020.csv"),
        (CENTRAL, "kwaliteitsmonitor status --cycle 2021-03"),
        (PULLED, "Aanleveren: in het bronsysteem (ledger); daar wordt het opgehaald."),
        (PULLED, "Vragen? Schrijf naar afspraken@uni.test."),
        (OF_NOBODY, "als verslag/2019-2020/<unit>.xlsx"),
        (OF_NOBODY, "ontvangen, maar geweigerd"),
    ],
    ids=range(16),
)
def test_a_letter_says_what_is_the_matter_and_what_to_do(about: Notice, sentence: str) -> None:
    text = letter(PROFILE, about).text
    assert sentence in text
    assert "panels!B21:" not in text
    assert text.startswith("Verzonnen Universiteit\n") is (about.unit == "")


def test_the_subject_says_whether_it_is_late() -> None:
    due = "jaarverslag, 2019-2020, North"
    assert letter(PROFILE, notice()).subject == f"Herinnering / reminder: {due}, uiterlijk 31 december 2020"
    assert letter(PROFILE, notice(moment=Moment(True, 1))).subject.startswith(f"Te laat / overdue: {due}")
