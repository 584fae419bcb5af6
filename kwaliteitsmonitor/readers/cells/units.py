"""What a text or a number format says of the unit of amounts: thousands, millions, cents, another currency.

A header, a caption, a name, a note or the format of a cell may say it, in Dutch, English or as German systems write it.
What is said of a number in the text itself (`plafond € 1,5 mln`) is no unit of the table, and neither is what the text
denies (`geen k€`) or counts in people (`x 1.000 studenten`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from schemas.words import Words


@dataclass(frozen=True)
class Unit:
    """The unit that amounts are said to be in: what each is multiplied by to be in the currency itself.

    `currency` is that which is named, by its ISO 4217 code; empty if none is.
    """

    factor: Decimal
    currency: str = ""

    def foreign(self, own: str) -> bool:
        """Whether it is of another currency than the institution's own."""
        return self.currency not in ("", own)

    def says(self, own: str) -> bool:
        """Whether it is anything else than the institution's own currency itself."""
        return self.factor != 1 or self.foreign(own)

    @property
    def is_meant(self) -> bool:
        """Whether a profile that multiplies amounts by this means more than a unit: 1, or the rate of a currency."""
        return self.factor not in _NAMES

    def words(self, own: str) -> Words:
        """What people call it."""
        known = _NAMES | _COINS
        name = known.get(self.factor) or Words(f"veelvouden van {self.factor:f}", f"multiples of {self.factor:f}")
        if not self.foreign(own):
            return name
        if self.factor == 1:
            return Words(self.currency, self.currency)
        return Words(f"{name.nl} ({self.currency})", f"{name.en} ({self.currency})")


_NAMES = {
    Decimal("0.01"): Words("centen", "cents"),
    Decimal(10): Words("tientallen", "tens"),
    Decimal(100): Words("honderden", "hundreds"),
    Decimal(1000): Words("duizenden", "thousands"),
    Decimal(10**6): Words("miljoenen", "millions"),
    Decimal(10**9): Words("miljarden", "billions"),
}
_COINS = {
    Decimal("0.05"): Words("stuivers", "units of five cents"),
    Decimal("0.10"): Words("dubbeltjes", "units of ten cents"),
    Decimal("0.25"): Words("kwartjes", "quarters"),
}
_CURRENCIES = {
    "EUR": r"€|eur(?:o(?:['’]?s)?)?(?![a-z])",
    "USD": r"(?:us)?\$|usd(?![a-z])|dollars?(?![a-z])",
    "GBP": r"£|gbp(?![a-z])|pond(?:en)?\s+sterling|pounds?(?:\s+sterling)?(?![a-z])|sterling(?![a-z])",
    "CHF": r"chf(?![a-z])|zwitserse\s+frank(?:en)?|swiss\s+francs?",
    "JPY": r"¥|jpy(?![a-z])|yen(?![a-z])",
    "SEK": r"sek(?=[)\]]|$)",
    "NOK": r"nok(?=[)\]]|$)",
    "DKK": r"dkk(?![a-z])",
    "NLG": r"nlg(?![a-z])|hfl(?![a-z])|guldens(?![a-z])",
}
_C = f"(?:{'|'.join(_CURRENCIES.values())})"
_ALONE = r"(?<![^\W\d])"
"""Not behind a letter: a figure may stand before it, as in `2020k€`."""
_END = r"(?![^\W\d])"
_TEN = r"(?P<ten>1(?:0{1,2}(?!\d))?(?:[\s.,'’]?0{3})*)(?![.,'’\s]?\d|\s?[\^³⁶]|\s?\*\*)"
_ABOUT_AMOUNTS = r"\b(?:bedragen|amounts|getallen|cijfers|figures)\b[^.;\d]{0,30}?"
_MEANT = rf"(?=\s*(?:{_C}|-?\s?tal|['’]?s\b|[)\].,;:/|]|$))"

_SAID: tuple[tuple[re.Pattern[str], Decimal | None], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), None if factor is None else Decimal(factor))
    for pattern, factor in (
        (rf"(?<![^\W_])[x×✕*]\s?(?:{_C}\s?)?{_TEN}", None),
        (rf"(?<![^\W_])[x×✕*]\s?(?:{_C}\s?)?0[.,]01(?!\d)", "0.01"),
        (rf"{_ALONE}(?:in|per|à)\s+(?:{_C}\s?)?{_TEN}{_MEANT}", None),
        (rf"{_C}\s?1[\s.,'’]?000(?![.,'’\s]?\d){_MEANT}", "1000"),
        (rf"(?<![\d.,]){_TEN}\s?{_C}(?=\s*(?:[)\].,;:/]|$))", None),
        (rf"(?<![\d.,]){_TEN}[\s-]?tallen", None),
        (r"10\s?(?:\^|\*\*)\s?3(?!\d)|10³", "1000"),
        (r"10\s?(?:\^|\*\*)\s?6(?!\d)|10⁶", "1000000"),
        (rf"(?:{_C}\s?(?:in\s+)?['’‘`]?|(?<!\w)['’‘`]|\(\s?|\bin\s+)000(?:['’]?s)?(?![\d.,]?\d)|\b000['’]?s\b", "1000"),
        (rf"{_ALONE}(?<!/)[kt]\.?\s?{_C}", "1000"),
        (rf"{_C}\s?k{_END}(?![\d&])", "1000"),
        (rf"{_ALONE}kilo-?\s?{_C}", "1000"),
        (r"[(\[]\s?k\s?[)\]]|\bin\s+k(?![\w&€$£.])", "1000"),
        (rf"{_ALONE}(?:duizend(?:en|tallen|jes)?|duizendtal|thousands?|tausend|tsd\.?){_END}", "1000"),
        (rf"{_ABOUT_AMOUNTS}[x×✕*]\s?(?:{_C}\s?)?(?P<ten>\d+(?:[\s.,'’]?0{{3}})*)(?![.,'’]?\d)", None),
        (
            rf"(?:eenhe(?:id|den)|veelvoud(?:en)?|units|multiples)\s+(?:van|of)\s+(?:{_C}\s?)?"
            rf"(?P<ten>\d+(?:[\s.,'’]?0{{3}})*)(?![.,'’]?\d)",
            None,
        ),
        (rf"\bin\s+(?:{_C}\s?)?10\s?k{_END}", "10000"),
        (rf"\bin\s+(?:{_C}\s?)?100\s?k{_END}", "100000"),
        (rf"{_ALONE}(?:honderdduizend(?:en|tallen)?|lakhs?){_END}", "100000"),
        (rf"{_ALONE}tienduizend(?:en|tallen)?{_END}", "10000"),
        (rf"{_ALONE}(?:tientallen|tens){_END}", "10"),
        (rf"{_ALONE}(?:dozijn(?:en)?|dozens?){_END}", "12"),
        (rf"{_ALONE}(?:honderd(?:en|tallen)|hundreds){_END}", "100"),
        (rf"{_ALONE}(?:mln|mio|miljoen(?:en)?|millions?|millionen){_END}", "1000000"),
        (rf"{_ALONE}(?<!/)m{{1,2}}\.?\s?{_C}", "1000000"),
        (rf"{_C}\s?m{{1,2}}{_END}(?![\d.&/])", "1000000"),
        (rf"{_ALONE}(?:mld|mrd|bn|miljard(?:en)?|billions?|milliarden){_END}", "1000000000"),
        (rf"{_C}\s?-?\s?(?:cents?|centen|ct){_END}|{_ALONE}eurocent(?:en|s)?{_END}|{_ALONE}c€", "0.01"),
        (
            rf"{_ALONE}(?:in|x)\s+(?:cents?|centen|ct){_END}|{_ALONE}(?<!per )(?:cents?|centen|ct)(?=\s*(?:[)\]]|$))",
            "0.01",
        ),
        (rf"{_ALONE}stuivers?{_END}", "0.05"),
        (rf"{_ALONE}dubbeltjes?{_END}", "0.10"),
        (rf"{_ALONE}kwartjes?{_END}", "0.25"),
    )
)
_FORMATS = {"k": Decimal(1000), "t": Decimal(1000), "m": Decimal(10**6), "mm": Decimal(10**6)}
"""What a letter alone says behind the number in the format of a cell."""

_DENIED = re.compile(
    r"(?:^|\W)(?:geen|niet|nooit|zonder|no|not|never|without|instead\s+of|in\s+plaats\s+van|i\.p\.v\.)"
    r"\s+(?:(?:in|als|as|hele|whole)\s+)*$",
    re.IGNORECASE,
)
_AMOUNT = re.compile(r"(?<![\d.,])(?!(?:19|20)\d\d\s*$)\d[\d.,]*\s*$")
_ONE = re.compile(rf"(?:[x×✕*]|\bin)\s?(?:{_C}\s?)?1\s*$", re.IGNORECASE)
_BOUND = re.compile(
    r"(?:vanaf|boven|dan|minimaal|minstens|tot|onder|maximaal|over|above|under|below|least|most|from|up\s+to|max\.?|min\.?"
    r"|ca\.?|circa|(?<!veelvoud )(?<!veelvouden )van|(?<!multiple )(?<!multiples )of|[<>≥≤=])\s*$",
    re.IGNORECASE,
)
_PEOPLE = re.compile(
    r"\s*(?:studenten|students|student|mensen|people|personen|persons|docenten|teachers|medewerkers|employees|fte|uren|hours"
    r"|uur|inschrijvingen|enrolments|deelnemers|participants|respondenten|respondents|m2|m²|woorden|words)\b",
    re.IGNORECASE,
)
_AND = re.compile(r"(?:^|\W)(?:en|and|&|met|plus)\s+$", re.IGNORECASE)
_STOCK = re.compile(
    r"\b(?:alle|all|bedrag(?:en)?|amounts?|getallen|cijfers|figures|values|waarden|zijn|is|are|luiden|staan|vermeld|opgegeven"
    r"|weergegeven|uitgedrukt|afgerond|rounded|stated|shown|given|expressed|in|de|het|deze|dit|the|this|these|tabel|table"
    r"|hierboven|above|hiernaast|eenheid|unit|valuta|currency|schaal|scale|let|op|nb|n\.b|note|noot|opmerking|tenzij|anders"
    r"|aangegeven|unless|otherwise|veelvoud(?:en)?|van|of|per|op|hele|whole|tallen|keur)\b",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"\b(?:bedrag(?:en)?|amounts?|getallen|cijfers|figures|budgetten|eenheid|unit|valuta|currency|schaal|scale)\b.{0,40}$",
    re.IGNORECASE | re.DOTALL,
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def units_in(text: str) -> Iterator[tuple[Unit, int, int]]:
    """The units that a text says amounts are in, each with where in the (spaced) text it is said."""
    text = spaced(text)
    for pattern, factor in _SAID:
        for match in pattern.finditer(text):
            before, after = text[: match.start()], text[match.end() :]
            times = factor if factor is not None else _power(match["ten"])
            if times is None or _DENIED.search(before) or _PEOPLE.match(after):
                continue
            if times < 1 and _AND.search(before):
                continue  # euro and cents
            if match[0][0] not in "x×✕*" and (_is_amount(before) or _BOUND.search(before)):
                continue
            yield Unit(times, _currency(match[0]) or _currency_beside(before, after)), match.start(), match.end()
    named: list[tuple[str, re.Match[str], str | int]] = [
        (code, match, 0) for code, pattern_of in _PATTERNS.items() for match in pattern_of.finditer(text)
    ]
    if not named:
        named = [(m["word"], m, "word") for m in _UNHEARD.finditer(text) if _is_name(m["word"])]
    named += [(match["code"], match, "code") for match in _CODES.finditer(text)]
    for currency, match, part in named:
        before = text[: match.start(part)]
        if not (_DENIED.search(before) or _is_amount(before)):
            yield Unit(Decimal(1), currency), match.start(part), match.end(part)


_OTHERS = {
    "AUD": r"a\$|austral(?:ian|ische)\s+dollars?",
    "CAD": r"c\$|canad(?:ian|ese)\s+dollars?",
    "CNY": r"yuan(?![a-z])|renminbi",
    "CZK": r"kč|tsjechische\s+kronen|czech\s+(?:koruna|crowns?)",
    "DKK": r"deense\s+kronen|danish\s+(?:krone[rn]?|crowns?)|kronen(?![a-z])",
    "HUF": r"forints?(?![a-z])",
    "ILS": r"₪|shekels?(?![a-z])|sjekels?(?![a-z])",
    "INR": r"₹|rupees?(?![a-z])|roepies?(?![a-z])",
    "NLG": r"ƒ",
    "PLN": r"zł|zloty(?:['’]?s)?(?![a-z])|złoty",
    "RUB": r"₽|roebels?(?![a-z])|rou?bles?(?![a-z])",
    "TRY": r"₺|turkse\s+lires?|turkish\s+liras?",
    "USD": r"us-?dollars?(?![a-z])",
    "ZAR": r"zuid-afrikaanse\s+rand|south\s+african\s+rand",
}
_PATTERNS = {
    code: re.compile(rf"{_ALONE}(?:{'|'.join(d[code] for d in (_OTHERS, _CURRENCIES) if code in d)})", re.IGNORECASE)
    for code in (_OTHERS | _CURRENCIES)
    if code != "EUR"
}
_CODES = re.compile(
    r"(?:\b(?i:in|valuta|currency|munt|munteenheid)\b[\s:=]*|[(\[]\s*)"
    r"(?P<code>AUD|BGN|BRL|CAD|CNY|CZK|HKD|HUF|IDR|ILS|INR|ISK|KRW|MXN|NZD|PLN|RON|RUB|SGD|SRD|THB|TRY|UAH|ZAR)"
    r"(?=\s*(?:[)\].,;:/]|$))"
)
"""The code of a currency, where it can be nothing else: in brackets, behind `in` or behind a word for currency."""
_UNHEARD = re.compile(
    r"\b(?:bedragen|amounts|getallen|figures)(?:\s+(?:zijn|are|luiden|staan|stated|vermeld))*\s+in\s+(?:hele\s+|whole\s+)?"
    r"(?P<word>[^\W\d_]+(?:s|en))(?=\s*(?:[()\].,;:]|$))",
    re.IGNORECASE,
)
"""Something that amounts are said to be in and that nothing here knows. It is no euro, so it is a unit of its own."""
_NO_UNITS = re.compile(
    r"(?:euros|centen|cents|thousands|millions|billions|tens|hundreds|.*(?:tallen|duizenden|miljoenen|miljarden|honderden)"
    r"|prijzen|prices|kolommen|columns|rijen|rows|tabellen|tables|bijlagen|haakjes|brackets|parentheses|italics|groen|cijfers"
    r"|digits|numbers|letters|hoofdlijnen|termijnen|tranches|jaren|years|cellen|cells|eenheden|units|veelvouden|multiples"
    r"|dozijnen|dozens|kwartjes|dubbeltjes|stuivers)",
    re.IGNORECASE,
)


def _is_name(word: str) -> bool:
    """Whether a word may be that of a unit: not one that is known here, or that says where amounts stand."""
    return not _NO_UNITS.fullmatch(word)


_EURO = re.compile(rf"(?:{_CURRENCIES['EUR']})", re.IGNORECASE)


def spaced(text: str) -> str:
    """A text with the words of a name apart: `budget_kEUR` is `budget k EUR`."""
    return " ".join(_CAMEL.sub(" ", text).replace("_", " ").split())


def unit_of(text: str, own: str) -> Unit | None:
    """The unit that a text says amounts are in, `None` if that is the institution's own currency or nothing at all."""
    units = [unit for unit, _, _ in units_in(text) if unit.says(own)]
    return next((unit for unit in units if unit.foreign(own)), units[0] if units else None)


def unit_alone(text: str, own: str) -> Unit | None:
    """The unit that a note says amounts are in: one that says little else, or says it of the amounts."""
    units = [(unit, start, end) for unit, start, end in units_in(text) if unit.says(own)]
    if not units:
        return None
    whole = spaced(text)
    rest = list(whole)
    for _, start, end in units:
        rest[start:end] = " " * (end - start)
    left = _STOCK.sub(" ", re.sub(_C, " ", "".join(rest), flags=re.IGNORECASE))
    if not re.search(r"\w", left) or any(_ABOUT.search(whole[:start]) for _, start, _ in units):
        return next((unit for unit, _, _ in units if unit.foreign(own)), units[0][0])
    return None


def is_plain(text: str, own: str) -> bool:
    """Whether a text names the institution's own currency and no other unit."""
    named = _EURO.search(text) if own == "EUR" else own.casefold() in text.casefold()
    return bool(named) and unit_of(text, own) is None


def _is_amount(before: str) -> bool:
    """Whether a number stands before a unit, so that both are an amount; of `x € 1 mln` it is the unit itself."""
    return bool(_AMOUNT.search(before)) and not _ONE.search(before)


def _power(written: str) -> Decimal | None:
    """The number that an amount is multiplied by, a power of ten; `None` if it is 1, which changes nothing."""
    number = Decimal(re.sub(r"\D", "", written))
    return number if number > 1 else None


def _currency(text: str) -> str:
    return next((code for code, p in _CURRENCIES.items() if re.search(p, text, re.IGNORECASE)), "")


def _currency_beside(before: str, after: str) -> str:
    """The currency that stands right before or behind a unit: `mln euro`, `USD mln`."""
    for code, pattern in _CURRENCIES.items():
        if re.match(rf"\s*(?:{pattern})", after, re.IGNORECASE) or re.search(
            rf"(?:{pattern})\s*\(?$", before, re.IGNORECASE
        ):
            return code
    return ""


def is_about(text: str) -> bool:
    """Whether a text speaks of amounts in general, rather than of what stands beside it."""
    return bool(_AMOUNTS.search(text))


_AMOUNTS = re.compile(r"\b(?:bedragen|amounts|getallen|cijfers|figures|budgetten|alle|all)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Shown:
    """How the format of a cell shows its number: divided by what, and in which unit it then says that it is."""

    divided: Decimal
    unit: Unit | None


_LITERAL = re.compile(r'"([^"]*)"|\\(.)|\[\$([^\]-]*)[^\]]*\]')
_NO_DIGITS = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_COMMAS = re.compile(r"[0#?](,+)(?![0#?,])")


def shown_by(code: str) -> Shown | None:
    """How a number format of a spreadsheet shows an amount; `None` if it shows it as it is, in no unit.

    A comma behind the last digit divides by a thousand: `#,##0,` shows 7057000 as 7.057, and `0.0,"k"` as 7057,0k.
    """
    bare = _NO_DIGITS.sub("", code).split(";")[0]
    if not re.search("[0#?]", bare):
        return None
    commas = _COMMAS.search(bare)
    literal = " ".join("".join(part) for part in _LITERAL.findall(code.split(";")[0]))
    literal = " ".join([literal, *re.findall("[$£¥]", bare)]).strip()
    unit = named_by(literal)
    if commas is None and unit is None:
        return None
    return Shown(Decimal(1000) ** (len(commas[1]) if commas else 0), unit)


def named_by(literal: str) -> Unit | None:
    """The unit that the text beside the digits of a number format names: `k`, `k€`, `mln`, `$`."""
    factor = _FORMATS.get(literal.strip(" .\u00a0").casefold())
    if factor is not None:
        return Unit(factor)
    units = [unit for unit, _, _ in units_in(literal)]
    return next((unit for unit in units if unit.currency), units[0] if units else None)
