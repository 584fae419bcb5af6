"""Names that a spreadsheet or an export destroyed, names that merely look odd, and other ways to write a name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from schemas.identifiers import Damage

DAMAGED: Mapping[Damage, Sequence[str]] = {
    Damage.ERROR: [
        "#N/A", "#N/B", "#NV", "#REF!", "#VERW!", "#BEZUG!", "#VALUE!", "#WAARDE!", "#WERT!", "#NAME?", "#NAAM?",
        "#DIV/0!", "#DEEL/0!", "#NUM!", "#GETAL!", "#ZAHL!", "#NULL!", "#LEEG!", "#n/a", "Err:502", "Fout:508",
    ],
    Damage.FORMULA: ["=A1", "=VLOOKUP(A2;B:C;2)", "=1+1"],
    Damage.NOTHING: [
        "NULL", "null", "None", "nan", "NaN", "N/A", "n/a", "n.v.t.", "nvt", "-", "--", "–", "—", "?", "…", "#####",
        ".", "<NA>", "onbekend", "Onbekend", "unknown", "unbekannt", "leeg", "(blank)", "999999999", "-1", "-99",
        "ANONIEM",
    ],
    Damage.ZERO: ["0", "000", "0.0", "0,00", "00000"],
    Damage.SCIENTIFIC: ["1E+05", "1,61803E+14", "1.61803E+14", "1,2E+09", "3E+07", "1.2e-05", "1.61803E14", "1E+5"],
    Damage.DATE: [
        "6-jan", "1-mrt", "6-Jan", "06. Jan", "1 mei", "jan-06", "Jan-06", "mrt-20", "2020-01-06",
        "2020-01-06 00:00:00", "6-1-2020", "06/01/2020", "6/1/20", "06-JAN-20", "6-jan-2020", "6. März 2020",
    ],
    Damage.TIME: ["1:30", "13:30:00"],
    Damage.LOGICAL: ["TRUE", "WAAR", "onwaar", "FALSCH"],
}  # fmt: skip

RIGHT = [
    "0123456", "123456", "S-1", "s1234567", "R-000001", "1E05", "E1", "3e7", "12e4", "12345e67", "MAR1", "JAN",
    "12-DEC", "6-JAN", "Null", "AB 1", "A-1", "2019-1", "1-2", "a1b2c3", "50035", "O'Brien", "'s-Gravenhage",
    "'t Hart", "NA1", "2.1",
    "12.10", "U1", "X", "#12345", "C#", "C++", "Noord & Zuid", "Ω1", "é-1", "BIO/101", "99999", "1000000", "10.0.1",
]  # fmt: skip

FOLDED = {
    '="0123456"': "0123456", '= "50035"': "50035", "'0123456": "0123456", "‘0123456": "0123456", "'AB-12": "AB-12",
    "'AB12'": "AB12", "1234567.0": "1234567", "50035,00": "50035", '="50035.0"': "50035", "AB\u00a01": "AB 1",
    "AB  1": "AB 1", "AB\t1": "AB 1", "AB\u20091": "AB 1", "\uff21\uff22\uff11": "AB1", "AB\u20101": "AB-1",
    "AB\u20111": "AB-1", "AB\u22121": "AB-1",
}  # fmt: skip
"""Other ways to write a name, each with the name."""


def every_damage() -> Iterator[tuple[Damage, str]]:
    """Each text that is no name any more, with what was done to it."""
    return ((damage, text) for damage, texts in DAMAGED.items() for text in texts)
