"""What is written in a workbook stands out from its ground, by WCAG 2."""

from __future__ import annotations

import pytest

from kwaliteitsmonitor.exchange.workbooks import styles


def contrast(one: str, other: str) -> float:
    """The contrast between two colours, by WCAG 2."""

    def luminance(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (2, 4, 6)]
        red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(
    ("text", "ground"),
    [
        (styles.WHITE, styles.BLUE),
        (styles.INK, styles.GREY),
        (styles.INK, styles.WHITE),
        (styles.BLUE, styles.WHITE),
        (styles.LINK, styles.WHITE),
        (styles.RED, styles.PINK),
        (styles.INK, styles.AMBER),
    ],
)
def test_what_is_written_stands_out_from_its_ground(text: str, ground: str) -> None:
    assert contrast(text, ground) >= 7
