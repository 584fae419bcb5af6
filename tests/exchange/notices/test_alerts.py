"""What operators and units read: overviews, alerts and letters, in two languages and without a secret."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from kwaliteitsmonitor.exchange.notices.alerts import without_secrets
from kwaliteitsmonitor.exchange.notices.overview import after_deadline, cycle_begun, lines, standings
from kwaliteitsmonitor.exchange.notices.schedule import Moment, Notice, State
from kwaliteitsmonitor.exchange.notices.wording import letter
from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.obligations.periods import Expected
from schemas.words import Words
from tests.exchange.notices.university import CYCLE, FINANCE, STAFF, notice, set_aside, university

PROFILE = university()
OF = PROFILE.cycle(CYCLE)


def test_no_secret_of_the_settings_stands_in_a_text() -> None:
    settings = Settings(
        connection_urls={"FINANCE": "postgresql://reader:ge%40heim@db/finance"},
        landing_password="wachtwoord",
        out="/srv/out",
    )
    text = without_secrets("reader:ge%40heim, ge@heim and\nwachtwoord under /srv/out", settings)
    assert text == "reader:…, … and … under /srv/out"


def row(feed: str, period: str, unit: str | None, status: str, **more: Any) -> dict[str, Any]:
    """A row of `delivery_status`."""
    rest = {"version": None, "waived_because": None, "late": False, "rows_quarantined": 0, "reason": None}
    return {"feed": feed, "period": period, "unit": unit, "status": status, **rest, **more}


def test_each_delivery_that_is_not_in_order_has_a_line_with_its_units_and_the_others_have_one() -> None:
    rows = [
        row("report", "2019-2020", "East", "missing"),
        row("report", "2019-2020", "North", "accepted", version=1, late=True),
        row("staff", "2020", None, "accepted", version=1),
    ]
    overview = lines(standings(PROFILE, OF, rows, {"finance": Words("niet gelezen.", "not pulled today.")}))
    texts = [line.en for line in overview if any(word in line.en for word in ("2019-2020", "financial", "Every"))]
    assert texts[0] == "- annual report, 2019-2020 (by 31 December 2020): received late: North; not received: East."
    assert "financial round" in texts[1]
    assert "not known. not pulled today." in texts[1]
    assert texts[-1] == "Everything else was received and is whole."


def test_after_a_deadline_it_is_told_what_lacks_and_nothing_where_all_came() -> None:
    came = [row("report", "2019-2020", unit, "accepted", version=1) for unit in ("North", "East")]
    assert after_deadline(OF, date(2020, 12, 31), standings(PROFILE, OF, came, {})) is None
    missing = standings(PROFILE, OF, [row("report", "2019-2020", "North", "missing")], {})
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


CENTRAL = replace(notice(unit=""), feed=STAFF, expected=Expected("2020", 2020), deadline=date(2020, 12, 1))
PULLED = replace(notice(), feed=FINANCE, expected=Expected("2020-3", 2020, 3))


@pytest.mark.parametrize(
    ("about", "sentences"),
    [
        (
            set_aside("B4", "C9"),
            (
                "Stand: ontvangen, maar 2 rijen zijn apart gezet.",
                "State: received, but 2 rows are set aside.",
                "- verslag/2019-2020/North.xlsx, panels!B4: een getal",
                "- verslag/2019-2020/North.xlsx, panels!C9: a number",
                "Lever het herstelde bestand in zijn geheel aan als verslag/2019-2020/North_v2.xlsx.",
                "U krijgt het sjabloon en de terugkoppeling per cel van afspraken@uni.test.",
            ),
        ),
        (set_aside("B4"), ("maar 1 rij is apart gezet",)),
        (
            set_aside(*(f"B{number}" for number in range(1, 31))),
            ("panels!B20:", "- en nog 10; zie de terugkoppeling", "- and 10 more; see the feedback"),
        ),
        (
            CENTRAL,
            (
                "Gevraagd: personeel, 2020.",
                "in de aanleverzone, als personeel/2020.csv",
                "kwaliteitsmonitor status --cycle 2021-03",
            ),
        ),
        (
            PULLED,
            (
                "Aanleveren: in het bronsysteem (ledger); daar wordt het opgehaald.",
                "Vragen? Schrijf naar afspraken@uni.test.",
            ),
        ),
        (
            notice(unit="", state=State.REFUSED),
            ("als verslag/2019-2020/<unit>.xlsx", "ontvangen, maar geweigerd"),
        ),
    ],
    ids=["rows set aside", "one row", "many cells", "central", "from a database", "refused, of no known unit"],
)
def test_a_letter_says_what_is_the_matter_and_what_to_do(about: Notice, sentences: tuple[str, ...]) -> None:
    text = letter(PROFILE, about).text
    assert [sentence for sentence in sentences if sentence not in text] == []
    assert "panels!B21:" not in text
    assert text.startswith("Verzonnen Universiteit\n") is (about.unit == "")


def test_the_subject_says_whether_it_is_late() -> None:
    due = "jaarverslag, 2019-2020, North"
    assert letter(PROFILE, notice()).subject == f"Herinnering / reminder: {due}, uiterlijk 31 december 2020"
    assert letter(PROFILE, notice(moment=Moment(True, 1))).subject.startswith(f"Te laat / overdue: {due}")
