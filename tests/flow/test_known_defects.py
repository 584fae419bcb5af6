"""What becomes of each known defect of the sample is what `docs/rules.md` says of it."""

from __future__ import annotations

from tests.flow.conftest import Ran
from tests.sample_year import CYCLE


def test_what_the_document_says_of_each_defect_is_what_becomes_of_it(ran_with_defects: Ran) -> None:
    workspace = ran_with_defects.workspace
    lacking = [one.partition(" / ")[0] for one in workspace.read_json(CYCLE, "status", "missing")["lacking"]]
    sentences = " | ".join(lacking)
    assert "niet geleverd: facultair onderwijsjaarverslag 2019-2020, HA" in lacking
    assert "geleverd, maar de rij telt niet mee: studieadviseurs 2019-2020, FGGA" in lacking
    assert "rij 65, kolom Thema" in sentences, "places are told in the language of the reader"
    assert sentences.count("rij is apart gezet") == 2, "of the theme and of the advisers; a copy takes nothing away"
    overview = workspace.read(CYCLE, "spending", "spending_overview").to_pylist()
    assert {row["without"] for row in overview if row["reporting_year"] == 2020} == {"HA"}
    assert {row["status"] for row in overview} == {"ok"}
    of_fgga = workspace.read(CYCLE, "spending", "spending_by_unit").to_pylist()
    assert {row["status"] for row in of_fgga if row["unit"] == "FGGA"} == {"ok"}
    values = workspace.read(CYCLE, "indicators", "indicator_values").to_pylist()
    whole = [row for row in values if row["unit"] is None and row["reporting_year"] == 2020]
    assert "FGGA, HA" in {row["without"] for row in whole}
    assert any("zonder 1 rij die apart is gezet" in (row["note_nl"] or "") for row in whole)
    results = workspace.read(CYCLE, "validation", "quality_results").to_pylist()
    blocking = {r["rule"] for r in results if r["outcome"] == "failed" and r["severity"] == "critical"}
    assert blocking == {"control_totals.delivered_total"}
