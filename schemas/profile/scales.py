"""Whether what a profile says of shares is said in fractions: ends, targets, first values and national values."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from schemas.profile.contents import Contents
from schemas.profile.faults import Fault, Path
from schemas.profile.indicators import Indicator

HUNDRED = 100


def indicator_problems(at: int, indicator: Indicator) -> Iterator[Fault]:
    """Ends that leave nothing between them or are in per cent, and aims that lie outside the ends of an indicator."""
    file, low, high = "indicators.yaml", indicator.lowest, indicator.highest
    if indicator.is_share and indicator.maximum == HUNDRED:
        hint = "a share is a fraction: 1 is 100%"
        yield Fault(file, (at, "maximum"), "is 100, of a share", "1, or what a growth may reach, as 5 for 500%", hint)
        return
    if low is not None and high is not None and low > high:
        key = "maximum" if indicator.maximum is not None else "minimum"
        yield Fault(file, (at, key), f"leaves nothing from {low} to {high}", "a minimum below the maximum")
        return
    aims = {
        "targets": [one.value for one in indicator.targets],
        "baselines": [one.value for one in indicator.baselines],
    }
    for key, values in aims.items():
        for number, value in enumerate(values):
            yield from _outside(file, (at, key, number, "value"), indicator, value)


def reference_problems(profile: Contents) -> Iterator[Fault]:
    """National values that lie outside the ends of their indicator."""
    if "indicators.yaml" in profile.incomplete:
        return
    newest = {indicator.id: indicator for _, indicator in profile.indicators}
    for at, value in profile.reference_values:
        if value.indicator in newest:
            yield from _outside("references.yaml", (at, "value"), newest[value.indicator], value.value)


def _outside(file: str, path: Path, indicator: Indicator, value: Decimal) -> Iterator[Fault]:
    low, high = indicator.lowest, indicator.highest
    if (low is None or low <= value) and (high is None or value <= high):
        return
    ends = " ".join([f"from {low}" if low is not None else "", f"to {high}" if high is not None else ""]).strip()
    hint = ""
    if indicator.is_share:
        part = f"{(value / HUNDRED).normalize():f}"
        hint = f"a share is a fraction: {value}% is {part}; what may exceed the whole says so by `maximum`"
    yield Fault(file, path, f"is {value}", f"a value {ends}, the ends of {indicator.id}", hint)
