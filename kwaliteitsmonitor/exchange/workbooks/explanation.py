"""The first sheet of a template: what is requested, by when, where it goes, who reads it, and the rules per column."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from openpyxl.cell import Cell
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from kwaliteitsmonitor.exchange.workbooks import styles, words
from kwaliteitsmonitor.exchange.workbooks.columns import label, sheet_name
from kwaliteitsmonitor.exchange.workbooks.prefill import Prefilled, fields_to_fill
from kwaliteitsmonitor.exchange.workbooks.request import Request
from kwaliteitsmonitor.exchange.workbooks.styles import cell_at
from kwaliteitsmonitor.foundation.spreadsheet_text import put
from kwaliteitsmonitor.methods.figures.house_words import heading
from schemas.contract import Aspect, Field, Table
from schemas.profile.feeds import needs_approval
from schemas.profile.retention import kind_of
from schemas.words import Words, within

_WIDTHS = (26, 30, 12, 62, 44)

_STEPS = (
    Words(
        "Vul de werkbladen in. Een kolom met een sterretje (*) achter de naam is verplicht in elke rij die u invult.",
        "Fill in the sheets. A column with an asterisk (*) after its name is required in every row that you fill in.",
    ),
    Words(
        "Kies uit de lijst waar er een is. Plakken mag, als waarden (Plakken speciaal, Waarden).",
        "Choose from the list where there is one. You may paste, as values (Paste Special, Values).",
    ),
    Words(
        "Laat de kopregel staan. Maak een rij die u niet nodig hebt leeg; lege rijen worden overgeslagen.",
        "Leave the header row as it is. Clear a row that you do not need; empty rows are passed over.",
    ),
    Words(
        "Grijze kolommen die met 'Ter vergelijking' beginnen, geven het vorige jaar weer. Ze worden niet meegelezen.",
        "Grey columns that begin with 'For comparison' show the year before. They are not read.",
    ),
    Words(
        "Lever het bestand aan op de plaats hierboven. U hoort per cel wat er te herstellen is. Opnieuw mag.",
        "Deliver the file at the place above. What is not right comes back cell by cell; you may always deliver again.",
    ),
)

_NO_NAMES = Words(
    "Noem geen personen: geen namen, studentnummers of personeelsnummers, ook niet in vrije tekst.",
    "Name no people: no names, student numbers or staff numbers, not in free text either.",
)


def explain(
    sheet: Worksheet,
    request: Request,
    language: str,
    sheets: Sequence[tuple[str, Table]],
    known: Sequence[Prefilled],
) -> None:
    """Write the explanation: everything that who fills in the workbook has to know, on one sheet."""
    for letter, columns in zip("ABCDE", _WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = columns
    name = request.feed.nl if language == "nl" else request.feed.en
    put(sheet["A1"], f"{name[:1].upper()}{name[1:]}")
    styles.title(sheet["A1"])
    row = _facts(sheet, request, language, known, 3)
    row = _lines(sheet, Words("Zo vult u het in", "How to fill it in").in_language(language), _STEPS, language, row + 1)
    row = _lines(sheet, Words("Privacy", "Privacy").in_language(language), privacy(request), language, row + 1)
    _rules(sheet, request, language, sheets, row + 1)
    styles.printable(sheet)
    styles.protect(sheet)


def _facts(sheet: Worksheet, request: Request, language: str, known: Sequence[Prefilled], row: int) -> int:
    for what, value in _about(request, known):
        put(cell_at(sheet, row, 1), what.in_language(language))
        styles.line(cell_at(sheet, row, 1), bold=True)
        put(cell_at(sheet, row, 2), value.in_language(language))
        styles.line(cell_at(sheet, row, 2))
        row += 1
    return row


def _about(request: Request, known: Sequence[Prefilled]) -> list[tuple[Words, Words]]:
    institution, unit = request.profile.institution, request.unit
    facts = [(Words("Instelling", "Institution"), Words(institution.nl, institution.en))]
    if unit:
        called = institution.words.unit
        what = Words(heading(called.nl), heading(called.en))
        facts.append((what, Words(f"{unit.nl} ({unit.id})", f"{unit.en} ({unit.id})")))
    if request.expected.period:
        facts.append((Words("Periode", "Period"), Words(request.expected.period, request.expected.period)))
    due = request.deadline
    facts.append((Words("Uiterlijk", "By"), Words(words.day(due, "nl"), words.day(due, "en"))))
    facts.append((Words("Aanleveren als", "Deliver as"), Words(request.path(), request.path())))
    if request.takes_versions:
        again = request.path("_v2")
        facts.append((Words("Volgende versie", "Next version"), Words(again, again)))
    facts.append((Words("Wie leest het", "Who reads it"), _readers(request)))
    contact = institution.notices.contact
    if contact:
        facts.append((Words("Vragen", "Questions"), Words(contact, contact)))
    period = next((k.period for k in known if k.period), "")
    if not period and any(k.rows for k in known):
        nothing = Words("Van een jaar eerder is geen levering bekend.", "No delivery of a year earlier is known.")
        facts.append((Words("Ter vergelijking", "For comparison"), nothing))
    return facts


def _readers(request: Request) -> Words:
    plan = request.profile.institution.words.plan
    nl = f"De opstellers van de verantwoording ({plan.nl}) en de accountant die deze controleert."
    en = f"Those who account for the {plan.en}, and the auditor who checks their account."
    council = next(
        (c for c in request.profile.institution.councils if request.unit and c.id == request.unit.council), None
    )
    asks = any(
        c.approves_reports and c.holds_in(request.expected.year) for c in request.profile.institution.consultations
    )
    if council is None or not asks or not needs_approval(request.feed):
        return Words(nl, en)
    return Words(
        f"{nl} De levering gaat ter goedkeuring naar de {council.nl}.",
        f"{en} The delivery is put to the {council.en} for approval.",
    )


def privacy(request: Request) -> list[Words]:
    """What becomes of what is filled in: which free text is published and which is not, and how long the file is kept.

    It follows from the contracts as the profile opens them, and from the years that the profile keeps such a file.
    """
    published = _columns(request, lambda f: f.as_typed)
    kept = _columns(request, lambda f: f.open_text)
    sentences = [_NO_NAMES]
    if published:
        sentences.append(
            Words(
                f"Deze tekst wordt gepubliceerd zoals u die schrijft: {published.nl}.",
                f"This text is published as you write it: {published.en}.",
            )
        )
    if kept:
        sentences.append(
            Words(
                f"Deze tekst wordt met het bestand bewaard en niet gepubliceerd: {kept.nl}.",
                f"This text is kept with the file and not published: {kept.en}.",
            )
        )
    years = request.profile.institution.retention.years(kind_of(table.name) for table in request.tables)
    so_long = Words("", "") if years is None else Words(*_for(years))
    sentences.append(
        Words(
            f"Het bestand wordt{so_long.nl} bewaard zoals u het aanlevert, zodat van elk cijfer de cel is te vinden.",
            f"The file is kept{so_long.en} as you deliver it, so that each figure can be traced to its cell.",
        )
    )
    return sentences


def _for(years: int) -> tuple[str, str]:
    return (
        f" tot {years} jaar na het jaar waarover het gaat",
        f" until {years} {'year' if years == 1 else 'years'} after the year that it is about",
    )


def _columns(request: Request, which: Callable[[Field], bool]) -> Words | None:
    """The columns of a workbook that are of a sort, each with its sheet if the workbook has several."""
    columns = [(t, f) for t in request.tables for f in fields_to_fill(request, t) if which(f)]
    several = len(request.tables) > 1
    nl, en = (
        "; ".join(
            f"{label(request, t.name, f, language)}{f' ({sheet_name(request, t)})' if several else ''}"
            for t, f in columns
        )
        for language in ("nl", "en")
    )
    return Words(nl, en) if columns else None


def _lines(sheet: Worksheet, title: str, lines: Sequence[Words], language: str, row: int) -> int:
    put(cell_at(sheet, row, 1), title)
    styles.heading(cell_at(sheet, row, 1))
    for row, line in enumerate(lines, start=row + 1):  # noqa: B020 - the row goes on from the heading
        put(cell_at(sheet, row, 1), line.in_language(language))
        styles.line(cell_at(sheet, row, 1))
    return row + 1


def _rules(sheet: Worksheet, request: Request, language: str, sheets: Sequence[tuple[str, Table]], row: int) -> None:
    put(cell_at(sheet, row, 1), Words("Wat er in elke kolom staat", "What stands in each column").in_language(language))
    styles.heading(cell_at(sheet, row, 1))
    headers = (
        Words("Werkblad", "Sheet"),
        Words("Kolom", "Column"),
        Words("Verplicht", "Required"),
        Words("Wat", "What"),
        Words("Wat mag erin staan", "What may stand in it"),
    )
    row += 1
    for column, words_of_header in enumerate(headers, start=1):
        put(cell_at(sheet, row, column), words_of_header.in_language(language))
        styles.header(cell_at(sheet, row, column))
    for title, table in sheets:
        leads = row + 1
        for field in fields_to_fill(request, table):
            row += 1
            what = field.nl if language == "nl" else field.en
            must = words.NO if field.nullable else words.YES
            cells = (
                title,
                label(request, table.name, field, language),
                must.in_language(language),
                f"{what[:1].upper()}{what[1:]}",
                words.allowed(field, language) or KIND_OF_TEXT.in_language(language),
            )
            _row(sheet, row, cells)
        for rule in _between_columns(request, table):
            row += 1
            _row(sheet, row, (title, "", "", rule.in_language(language), ""))
        lead(cell_at(sheet, leads, 1), title, "A1")


KIND_OF_TEXT = Words("Tekst.", "Text.")


def _row(sheet: Worksheet, row: int, cells: Sequence[str]) -> None:
    for column, value in enumerate(cells, start=1):
        cell = cell_at(sheet, row, column)
        put(cell, value)
        styles.row_of_table(cell)
    sheet.row_dimensions[row].height = 16 * max(1, *(-(-len(c) // w) for c, w in zip(cells, _WIDTHS, strict=True)))


def lead(cell: Cell, sheet: str, place: str) -> None:
    """Make a cell lead to a place in the workbook."""
    quoted = sheet.replace("'", "''")
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{quoted}'!{place}", display=str(cell.value))
    styles.link(cell)


def _between_columns(request: Request, table: Table) -> list[Words]:
    """The rules of a sheet that are about more than one column."""
    rules = []
    for constraint in table.constraints():
        if constraint.id == f"{table.name}.key":
            names = [f.name for f in fields_to_fill(request, table) if f.name in constraint.fields]
            nl, en = (", ".join(label(request, table.name, table[n], lang) for n in names) for lang in ("nl", "en"))
            if not names:
                rules.append(Words("Dit blad heeft één rij.", "This sheet has one row."))
            elif len(names) == 1:
                rules.append(Words(f"Vul elke {within(nl)} één keer in.", f"Fill in each {within(en)} once."))
            else:
                rules.append(
                    Words(f"Elke combinatie van {nl} komt één keer voor.", f"Each combination of {en} is there once.")
                )
        elif constraint.aspect in (Aspect.AT_MOST, Aspect.UNIQUE):
            rules.append(Words(_sentence(constraint.nl), _sentence(constraint.en)))
    return rules


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
