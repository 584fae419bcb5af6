"""What a text or a number format says of the unit of amounts, and what only looks as if it did."""

from __future__ import annotations

from decimal import Decimal

from kwaliteitsmonitor.readers.cells.units import Shown, Unit, shown_by, unit_alone, unit_of

THOUSANDS = [
    "Begroot (k€)", "Begroot x 1.000", "Begroot (x € 1000)", "× €1.000", "in duizenden euro's", "K EUR", "€ '000",
    "Budget in thousands", "bedragen * 1000", "duizend", "€ 1.000", "T€", "TEUR", "bedragen in 1000 euro",
    "x 1\u202f000", "Begroot (k)", "Tsd. EUR", "x1.000", "budget_kEUR", "BudgetKEUR", "begroot_in_duizenden",
    "bestedingsplan_x1000", "2020k€", "eur_k", "in k", "× 10³", "x 10^3", "(000)", "000's", "1000-tallen euro",
    "Amounts in EUR thousand", "EUR'000", "Budget (in 1,000 EUR)", "veelvouden van € 1.000", "kilo-euro",
    "Alle bedragen zijn in duizenden euro's, tenzij anders vermeld",
]  # fmt: skip
MILLIONS = [
    "mln", "M€", "Mio. €", "miljoen", "mEUR", "€m", "EUR M", "Bedrag (mln.)", "Bedragen in miljoenen euro",
    "bedrag_mln", "x 1.000.000", "x 10^6", "x € 1 mln", "Realisatie 2020 mln", "in millions of euro",
]  # fmt: skip
CENTS = ["centen", "Begroot (cent)", "amount_cents", "in eurocenten", "€ct", "in cents", "(ct)", "x 0,01"]
PLAIN = [
    "Begroot", "€", "Bedrag in euro", "week 1000", "Bkeur", "1000 studenten", "Maatregel k", "Kosten 2020", "k1", "M&O",
    "T1", "K. Jansen", "FTE", "TE", "Bedrag (EUR)", "hele euro's en centen", "geen k€", "niet in duizenden",
    "Bedragen in euro (niet in k€)", "Bedrag in hele euro's, zonder centen", "x 1.000 studenten", "Middelen (M)",
    "duizenden studenten", "per 1000 studenten", "Plafond € 1,5 mln", "Totaal budget € 1.000.000", "FGW (2)",
    "Budget vanaf € 1.000", "Uitgaven t/m 2020", "t/m € 5000", "per cent", "procent", "bestedingsplan_2019-2024_v2",
    "Geraamd € 2 duizend", "12 mln", "Tabel 1000", "Project x 2", "1.000 euro per student", "Kosten/m2", "Bedrag K&S",
    "Kosten in kind", "x 1", "bedragen in lopende prijzen", "bedragen in onderstaande tabellen", "bedragen in 2020",
    "bedragen in haakjes", "details", "CAD-systeem", "in te vullen cellen", "eenheid", "ICLON", "Themak", "Centrum",
]  # fmt: skip


FACTORS: dict[str, int | str] = {
    **dict.fromkeys(THOUSANDS, 1000), **dict.fromkeys(MILLIONS, 10**6), **dict.fromkeys(CENTS, "0.01"),
    "in miljarden": 10**9, "in honderden euro's": 100, "x 100": 100, "bedragen in honderdtallen": 100,
    "bedragen in tientallen": 10, "bedragen in honderdduizenden": 10**5, "in tienduizenden": 10**4,
    "bedragen in 10k": 10**4, "in 100k€": 10**5, "Bedragen x 500": 500, "bedragen in eenheden van 100": 100,
    "in veelvouden van € 250": 250, "in dozijnen": 12, "amounts in tens": 10, "bedragen in kwartjes": "0.25",
    "Begroot (dubbeltjes)": "0.10", "in stuivers": "0.05",
}  # fmt: skip


def test_a_text_that_says_a_unit_is_heard_and_one_that_does_not_is_not() -> None:
    for text, factor in FACTORS.items():
        unit = unit_of(text, "EUR")
        assert unit is not None, text
        assert (unit.factor, unit.foreign("EUR")) == (Decimal(factor), False), text
    assert [text for text in PLAIN if unit_of(text, "EUR")] == []


FOREIGN = {
    "$": ("USD", 1), "Bedrag USD": ("USD", 1), "amount_usd": ("USD", 1), "Bedrag (£)": ("GBP", 1),
    "£m": ("GBP", 10**6), "k$": ("USD", 1000), "USD mln": ("USD", 10**6), "CHF": ("CHF", 1), "dollars": ("USD", 1),
    "Begroot in shekels": ("ILS", 1), "₪": ("ILS", 1), "Budget (PLN)": ("PLN", 1), "bedragen in zloty": ("PLN", 1),
    "bedragen in Australische dollars": ("AUD", 1), "Valuta: CAD": ("CAD", 1), "Bedragen in ƒ": ("NLG", 1),
}  # fmt: skip


def test_another_currency_is_heard_and_the_own_one_is_not() -> None:
    for text, (currency, factor) in FOREIGN.items():
        assert unit_of(text, "EUR") == Unit(Decimal(factor), currency), text
        own = unit_of(text, currency)
        assert (own.factor if own else 1) == factor, text


def test_a_unit_that_nothing_knows_is_none_of_the_institution() -> None:
    for text in ("bedragen in goudstukken", "Alle bedragen zijn in bitcoins", "Amounts in crowns (2020)"):
        unit = unit_of(text, "EUR")
        assert unit is not None
        assert unit.foreign("EUR")
        assert unit.foreign("SEK")
        assert unit.words("EUR").nl == unit.currency


ABOUT_THE_UNIT = [
    "Bedragen in shekels", "bedragen in goudstukken", "valuta: PLN", "Bedragen in k€", "k€", "* x 1.000", "USD",
    "Let op: bedragen zijn in centen", "eenheid: k€", "k€ (afgerond)",
    "NB: alle bedragen in duizenden euro's, tenzij anders vermeld", "Bedragen luiden in mln euro (prijspeil 2020)",
]  # fmt: skip
REMARKS = [
    "Realisatie lag k€ hoger door ziekte", "overschot van 2 mln doorgeschoven", "zie mail over k€ 5", "Dollarproject",
    "meer dan 1.000 euro", "€ 5k extra", "Bedragen in euro", "€",
]  # fmt: skip


def test_a_note_that_is_about_the_unit_is_heard_and_a_remark_that_only_names_one_is_not() -> None:
    assert [text for text in (*ABOUT_THE_UNIT, *REMARKS) if unit_alone(text, "EUR")] == ABOUT_THE_UNIT


THOUSAND, MILLION = Decimal(1000), Decimal(10**6)
SHOWN: dict[str, Shown | None] = {
    "#,##0,": Shown(THOUSAND, None), '0.0,"k"': Shown(THOUSAND, Unit(THOUSAND)),
    '#,##0,,"M"': Shown(MILLION, Unit(MILLION)), '0.0,," mln"': Shown(MILLION, Unit(MILLION)),
    '#,##0 "k€"': Shown(Decimal(1), Unit(THOUSAND, "EUR")), '#,##0\\ "TEUR"': Shown(Decimal(1), Unit(THOUSAND, "EUR")),
    "[$$-409]#,##0.00": Shown(Decimal(1), Unit(Decimal(1), "USD")),
    '"£"#,##0': Shown(Decimal(1), Unit(Decimal(1), "GBP")), "$#,##0_-": Shown(Decimal(1), Unit(Decimal(1), "USD")),
    **dict.fromkeys([
        "General", "#,##0", "#,##0.00", '"€" #,##0.00', "[$€-413] #,##0", "d-m-yyyy", "0%", "#,##0;[Red]-#,##0", "@",
        '_ "€"\\ * #,##0.00_ ;_ "€"\\ * \\-#,##0.00_ ', '#,##0 "euro"', '0 "fte"',
    ]),
}  # fmt: skip


def test_a_format_that_divides_or_names_a_unit_is_heard_and_one_that_shows_an_amount_as_it_is_says_nothing() -> None:
    assert {code: shown_by(code) for code in SHOWN} == SHOWN
