"""Where figures come from: deliveries and rows by part, and what a filter dropped once."""

from __future__ import annotations

from collections.abc import Callable

from kwaliteitsmonitor.releases.report.contents.indicators import indicators
from kwaliteitsmonitor.releases.report.contents.provenance import provenance
from kwaliteitsmonitor.releases.report.document.reading import Reading
from tests.releases.report.releases import evidence, figure


def test_provenance_tells_deliveries_rows_and_what_a_filter_dropped(read: Callable[..., Reading]) -> None:
    row = figure()
    dropped = "-7: te klein / too small; -2: elders, buiten / elsewhere; outside"
    rows = [
        evidence(row["figure_id"], "numerator", file=f"{name}.csv", filter=dropped) for name in ("a", "b", "c", "d")
    ]
    rows.append(evidence(row["figure_id"], "denominator", rows=None, filter=dropped))
    reading = read({"indicator_values": [row], "lineage": rows})
    section = indicators(reading)
    assert section is not None
    origin = provenance(reading, [section])[row["figure_id"]]
    assert origin.title == "satisfaction, 2020"
    assert origin.lines == (
        "Definitie: versie 1.",
        "Respons: 2.500 van 10.000 uitgenodigd, 25,0%.",
        "Teller: bfr; 12 rijen uit 4 bestanden.",
        "Noemer: bfr; rijen uit a.csv.",
        "Teller en noemer, weggelaten: 7, te klein.",
        "Teller en noemer, weggelaten: 2, elders, buiten.",
    )
