"""What a notice says, in the words of who reads it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from kwaliteitsmonitor.exchange.notices.schedule import Moment, State
from kwaliteitsmonitor.exchange.notices.wording import letter
from kwaliteitsmonitor.obligations.periods import Expected
from tests.exchange.notices.university import FINANCE, STAFF, notice, set_aside, university


def test_who_did_not_deliver_reads_what_by_when_where_and_how_in_dutch_first_and_in_english() -> None:
    told = letter(university(), notice())
    assert told.subject == "Herinnering / reminder: jaarverslag, 2019-2020, North, uiterlijk 31 december 2020"
    dutch, english = told.text.split(f"\n\n{'-' * 68}\n\n")
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


def test_after_the_deadline_the_subject_says_that_it_is_late() -> None:
    told = letter(university(), notice(moment=Moment(True, 1)))
    assert told.subject.startswith("Te laat / overdue: jaarverslag, 2019-2020, North")


def test_set_aside_rows_are_told_by_count_and_cell_with_what_was_expected_and_the_way_to_the_feedback() -> None:
    text = letter(university(), set_aside("B4", "C9")).text
    assert "Stand: ontvangen, maar 2 rijen zijn apart gezet." in text
    assert "State: received, but 2 rows are set aside." in text
    assert "- verslag/2019-2020/North.xlsx, panels!B4: een getal" in text
    assert "- verslag/2019-2020/North.xlsx, panels!C9: a number" in text
    assert "Lever het herstelde bestand in zijn geheel aan als verslag/2019-2020/North_v2.xlsx." in text
    assert "U krijgt het sjabloon en de terugkoppeling per cel van afspraken@uni.test." in text


def test_one_row_is_one_row() -> None:
    assert "maar 1 rij is apart gezet" in letter(university(), set_aside("B4")).text


def test_of_many_cells_the_first_twenty_are_named_and_the_rest_counted() -> None:
    text = letter(university(), set_aside(*(f"B{row}" for row in range(1, 31)))).text
    assert "panels!B20:" in text
    assert "panels!B21:" not in text
    assert "- en nog 10; zie de terugkoppeling" in text
    assert "- and 10 more; see the feedback" in text


def test_a_central_delivery_is_asked_for_without_a_unit_and_points_to_the_overview() -> None:
    central = replace(notice(unit=""), feed=STAFF, expected=Expected("2020", 2020), deadline=date(2020, 12, 1))
    text = letter(university(), central).text
    assert text.startswith("Verzonnen Universiteit\n")
    assert "in de aanleverzone, als personeel/2020.csv" in text
    assert "kwaliteitsmonitor status --cycle 2021-03" in text


def test_what_is_pulled_from_a_database_is_entered_there() -> None:
    pulled = replace(notice(), feed=FINANCE, expected=Expected("2020-3", 2020, 3))
    text = letter(university(), pulled).text
    assert "Aanleveren: in het bronsysteem (ledger); daar wordt het opgehaald." in text
    assert "Vragen? Schrijf naar afspraken@uni.test." in text


def test_a_refused_delivery_of_no_known_unit_shows_where_the_unit_stands_in_the_name() -> None:
    text = letter(university(), notice(unit="", state=State.REFUSED)).text
    assert "als verslag/2019-2020/<unit>.xlsx" in text
    assert "ontvangen, maar geweigerd" in text
