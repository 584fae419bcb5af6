"""What the template of the PDF is told: text that can be printed, and pages upright and across."""

from __future__ import annotations

from kwaliteitsmonitor.releases.report.pdf.contents import data_of
from tests.releases.report import by_hand


def test_the_template_is_given_every_block_in_order_with_its_kind() -> None:
    data = data_of(by_hand.report(), {"spent": "<svg/>"})
    blocks = [block for page in data["pages"] for block in page["blocks"]]
    assert (data["language"], data["region"], data["words"]["contents"]) == ("nl", "NL", "Inhoud")
    kinds = [block["kind"] for block in blocks if block["kind"] != "heading"]
    assert kinds == ["paragraph", "table", "paragraph", "table", "chart", "table", "terms"]
    assert [block["svg"] for block in blocks if block["kind"] == "chart"] == ["<svg/>"]
    (table,) = [block for block in blocks if block.get("caption", "").startswith("Tabel 1")]
    assert table["rows"][1]["cells"][2] == {"text": "×", "marks": "b", "figure": True}
    assert "□" in str(blocks), "what no font has is a box"
