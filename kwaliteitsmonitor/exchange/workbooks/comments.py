"""What is to be said of a delivery that is not about a cell: a sheet or column that is not there, a date, a reading."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kwaliteitsmonitor.exchange.workbooks import words
from kwaliteitsmonitor.readers.cells.grid import Note, RawTable, shown_headers
from kwaliteitsmonitor.readers.unread_sheets import MEANT, UNREAD
from schemas.consequences import Severity
from schemas.contract import Table
from schemas.words import ROWS, Words, counted

NAMES_SHOWN = 12
ROWS_SHOWN = 8


@dataclass(frozen=True)
class Remark:
    """Something about a delivery as a whole, or a sheet of it, and what to do about it; `sheet` may be empty."""

    severity: Severity
    text: Words
    to_do: Words
    sheet: str = ""


def about_sheet(table: Table, raw: RawTable, from_path: Iterable[str]) -> list[Remark]:
    """What is to be said of a table as it was read: columns and rows that are not there, or that nothing explains."""
    if not raw.columns and set(raw.missing) >= set(table.names):
        return [_no_sheet(table, raw)] if _is_required(table) else []
    remarks: list[Remark] = []
    missing = [
        name
        for name in raw.missing
        if name not in set(from_path) and not (table[name].nullable or table[name].open_text)
    ]
    if missing:
        remarks.append(_no_columns(table, raw, missing))
    elif table.filled and not raw.rows:
        remarks.append(_no_rows(raw))
    if raw.ragged:
        remarks.append(_ragged(raw))
    if raw.unknown:
        remarks.append(_unknown(raw))
    remarks.extend(_note(note, raw) for note in raw.notes)
    return remarks


def _note(note: Note, raw: RawTable) -> Remark:
    """What was decided in reading a sheet; of a sheet that looks like this one and was not read, what to do with it."""
    if note.code == MEANT:
        to_do = Words(
            f"Zet wat telt op het werkblad '{raw.sheet}', en haal het andere werkblad weg.",
            f"Put what counts in the sheet '{raw.sheet}', and take the other sheet away.",
        )
        return Remark(Severity.WARNING, _sentence(note.text), to_do, raw.sheet)
    return Remark(
        Severity.INFO,
        _sentence(note.text),
        Words("Klopt dat, dan hoeft u niets te doen.", "If that is right, there is nothing to do."),
        raw.sheet,
    )


def _sentence(words: Words) -> Words:
    return Words(*(f"{text[:1].upper()}{text[1:]}." for text in (words.nl, words.en)))


def _is_required(table: Table) -> bool:
    """Whether a workbook without the sheet of this table lacks something."""
    return any(not (f.nullable or f.open_text) for f in table.fields)


def _no_sheet(table: Table, raw: RawTable) -> Remark:
    """The sheet of a table is not there; if another one is probably meant, that is what there is to mend."""
    not_there = Words(
        f"Het werkblad '{raw.sheet}' is er niet: daarvan is niets gelezen.",
        f"The sheet '{raw.sheet}' is not there: nothing of it was read.",
    )
    unread = [note for note in raw.notes if note.code in (MEANT, UNREAD)]
    sentences = [not_there, *(_sentence(note.text) for note in unread)]
    whole = Words(" ".join(one.nl for one in sentences), " ".join(one.en for one in sentences))
    if any(note.code == MEANT for note in unread):
        to_do = Words(
            f"Geef dat werkblad de naam '{raw.sheet}' en lever de werkmap opnieuw aan.",
            f"Give that sheet the name '{raw.sheet}' and deliver the workbook again.",
        )
        return Remark(Severity.CRITICAL, whole, to_do, raw.sheet)
    columns = [words.label(f) for f in table.fields if not f.nullable]
    nl, en = (", ".join(w.in_language(language) for w in columns) for language in ("nl", "en"))
    return Remark(
        Severity.CRITICAL,
        whole,
        Words(
            f"Voeg het werkblad '{raw.sheet}' toe, met de kolommen {nl}; het sjabloon heeft het.",
            f"Add the sheet '{raw.sheet}', with the columns {en}; the template has it.",
        ),
        raw.sheet,
    )


def _no_columns(table: Table, raw: RawTable, missing: Sequence[str]) -> Remark:
    nl, en = (
        _listed([words.label(table[name]).nl for name in missing]),
        _listed([words.label(table[name]).en for name in missing]),
    )
    rows = counted(len(raw.rows), ROWS)
    return Remark(
        Severity.CRITICAL,
        Words(
            f"Er is geen kolom {nl}: {rows.nl} van dit blad apart gezet, alle die er zijn.",
            f"There is no column {en}: {rows.en} of this sheet set aside, all that there are.",
        ),
        Words("Voeg de kolommen toe, met deze naam in de kop.", "Add the columns, with this name in the header."),
        raw.sheet,
    )


def _no_rows(raw: RawTable) -> Remark:
    return Remark(
        Severity.CRITICAL,
        Words("Er is geen enkele rij ingevuld.", "Not a single row is filled in."),
        Words("Vul dit blad in: zonder telt uw eenheid niet mee.", "Fill in this sheet: without it you do not count."),
        raw.sheet,
    )


def _ragged(raw: RawTable) -> Remark:
    rows = _listed([str(number) for number in raw.ragged], ROWS_SHOWN)
    return Remark(
        Severity.CRITICAL,
        Words(
            f"Rijen met een ander aantal cellen dan de kop: {rows}.",
            f"Rows with another number of cells than the header: {rows}.",
        ),
        Words(
            f"Zorg voor {raw.as_expected.nl}, en exporteer opnieuw.",
            f"See to {raw.as_expected.en}, and export it again.",
        ),
        raw.sheet,
    )


def _unknown(raw: RawTable) -> Remark:
    nl, en = map(_listed, shown_headers(raw.unknown))
    return Remark(
        Severity.WARNING,
        Words(f"Deze kolommen zijn niet bekend en niet gelezen: {nl}.", f"Not known and not read: {en}."),
        Words(
            "Verbeter de kop als het een gevraagde kolom is; anders hoeft u niets te doen.",
            "Mend the header if it is a column that was asked for; otherwise do nothing.",
        ),
        raw.sheet,
    )


LATE: Mapping[str, Words] = {
    "accepted": Words("De levering telt mee. U hoeft niets te doen.", "The delivery counts. There is nothing to do."),
    "partly_accepted": Words(
        "De levering telt mee, zonder de rijen die apart zijn gezet. Voor de datum hoeft u niets te doen.",
        "The delivery counts, without the rows that were set aside. About the date there is nothing to do.",
    ),
}
"""What a late delivery means where it counts, by its status."""
REFUSED = Words(
    "De levering telt niet mee, maar niet om de datum: bij de andere bevindingen staat waarom.",
    "The delivery does not count, and not for its date: the other findings say why.",
)


def late(received_on: date, due: date, status: str) -> Remark:
    """A delivery that came after its deadline; `status` is its status."""
    return Remark(
        Severity.INFO,
        Words(
            f"Ontvangen op {words.day(received_on, 'nl')}, na de uiterste datum {words.day(due, 'nl')}.",
            f"Received on {words.day(received_on, 'en')}, after the deadline of {words.day(due, 'en')}.",
        ),
        LATE.get(status, REFUSED),
    )


def unreadable(reason: Words, counts: str) -> Remark:
    """A delivery that could not be read at all; `counts` names the earlier one that counts in its place, if any."""
    instead = _instead(counts)
    return Remark(
        Severity.CRITICAL,
        Words(f"Dit bestand kon niet worden gelezen. {reason.nl}", f"This file could not be read. {reason.en}"),
        Words(
            f"Lever het opnieuw aan, of vul het sjabloon in. {instead.nl}".strip(),
            f"Deliver it again, or fill in the template. {instead.en}".strip(),
        ),
    )


def unreliable(reason: Words, counts: str) -> Remark:
    """A delivery that could be read and lost so many of its rows that it does not count; `reason` says what to do."""
    sentence = Words(f"Deze levering {reason.nl}.", f"This delivery {reason.en}.")
    return Remark(Severity.CRITICAL, sentence, _instead(counts))


def sheet_of_earlier(sheet: str, counts: str) -> Remark:
    """A sheet that does not count while others of its workbook do, and the earlier delivery whose sheet counts."""
    return Remark(
        Severity.WARNING,
        Words(
            f"Dit blad telt niet mee; voor dit blad geldt de eerdere levering {counts}, voor de andere bladen deze.",
            f"This sheet does not count; for this sheet the earlier delivery {counts} counts, for the others this one.",
        ),
        Words("Herstel dit blad en lever de werkmap opnieuw aan.", "Mend this sheet and deliver the workbook again."),
        sheet,
    )


def _instead(counts: str) -> Words:
    """Which delivery counts in place of one that does not; nothing if none does."""
    if not counts:
        return Words("", "")
    return Words(f"Zolang geldt de eerdere levering {counts}.", f"Until then the earlier delivery {counts} counts.")


def left_away(what: Sequence[Words]) -> Remark:
    """What of the workbook that came in is not in the one that is given back."""
    nl, en = (", ".join(w.in_language(language) for w in what) for language in ("nl", "en"))
    return Remark(
        Severity.INFO,
        Words(
            f"Niet overgenomen in dit bestand: {nl}. Uw eigen bestand is bewaard zoals u het leverde.",
            f"Left out of this file: {en}. Your own file is kept as you delivered it.",
        ),
        Words(
            "U hoeft niets te doen. U kunt dit bestand aanleveren.",
            "There is nothing to do. You may deliver this file.",
        ),
    )


def _listed(names: Sequence[str], most: int = NAMES_SHOWN) -> str:
    shown = ", ".join(names[:most])
    more = len(names) - most
    return f"{shown} … (+{more})" if more > 0 else shown


def about_people() -> Remark:
    """The rows are not given back: they are about people."""
    return Remark(
        Severity.INFO,
        Words(
            "De rijen zelf staan niet in dit bestand, omdat ze over personen gaan.",
            "The rows themselves are not in this file, as they are about people.",
        ),
        Words("Zoek ze op in uw eigen bestand, bij rij en kolom.", "Find them in your own file, by row and column."),
    )


def rewritten(*, whole: bool) -> Remark:
    """The workbook that is given back is a new one with the rows that were delivered."""
    if whole:
        sentence = Words(
            "Het bestand is geen werkmap waarin kan worden geschreven. Uw rijen staan hier in een nieuwe werkmap.",
            "You delivered no Excel file that can be written in; your rows stand here in a new workbook.",
        )
    else:
        sentence = Words(
            "Het bestand is te groot om heel terug te geven: hier staan de rijen waarin iets te herstellen is.",
            "The file is too large to give back whole: here are the rows that have something to mend.",
        )
    return Remark(Severity.INFO, sentence, Words("Herstel het in uw eigen bestand.", "Mend it in your own file."))


def approval(state: str, council: Words) -> Remark:
    """The council of the unit has not approved the delivery yet, or has rejected it."""
    if state == "rejected":
        sentence = Words(f"De {council.nl} heeft dit afgewezen.", f"The {council.en} has rejected this.")
    else:
        sentence = Words(
            f"De goedkeuring van de {council.nl} is er nog niet.", f"The approval of the {council.en} is not there yet."
        )
    to_do = Words(
        "Neem het besluit op zodra het er is, of meld het aan de beheerder van de besluiten.",
        "Add the decision once it is there, or tell the keeper of the decisions.",
    )
    return Remark(Severity.WARNING, sentence, to_do)


def mixed(what: Words, cells: str) -> Remark:
    """A column in which cells are written in different ways."""
    where = f" ({cells})" if cells else ""
    to_do = Words("Kijk deze cellen na.", "Look these cells over.")
    return Remark(Severity.WARNING, Words(f"{what.nl}{where}.", f"{what.en}{where}."), to_do)


def of_others(cells: str) -> Remark:
    """Accounts of measures that the unit does not have by the profile; they count all the same."""
    sentence = Words(
        f"In {cells} staat een maatregel die uw eenheid volgens het profiel niet heeft.",
        f"In {cells} stands a measure that your unit does not have by the profile.",
    )
    to_do = Words(
        "Kijk na of een andere maatregel is bedoeld. Deze rij telt mee.",
        "Look whether another measure is meant. This row counts.",
    )
    return Remark(Severity.WARNING, sentence, to_do)


def outside(what: Words, cells: str) -> Remark:
    """A date that lies far from the period of the delivery, or after the day on which it came in."""
    where = Words(f"Een datum om na te kijken in {cells}", f"A date to look over in {cells}")
    to_do = Words(
        "Kijk deze datums na. Verbeter het jaar als dat niet klopt, en lever dan opnieuw aan.",
        "Look these dates over. Mend the year where it is wrong, and deliver again.",
    )
    return Remark(Severity.WARNING, Words(f"{where.nl}: {what.nl}.", f"{where.en}: {what.en}."), to_do)


def corrected(cells: int) -> Remark:
    """Cells that were read otherwise than delivered, by a decision."""
    return Remark(
        Severity.INFO,
        Words(
            f"Gelezen met een correctie volgens het register van besluiten: {cells} cellen.",
            f"Read with a correction by the register of decisions: {cells} cells.",
        ),
        Words("Neem de correctie over als u opnieuw aanlevert.", "Take the correction over if you deliver again."),
    )
