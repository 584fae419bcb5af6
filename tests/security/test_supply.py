"""What is installed is known, version by version; what nobody could be asked about is never called sound."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.supply.audit import LOCK, judged, pins
from deploy.supply.sbom import bill, fault

ROOT = Path(__file__).resolve().parents[2]
KEY = "AKIA" + "IOSFODNN7" + "EXAMPLQ"


def test_the_bill_of_materials_holds_every_pin_with_its_hashes() -> None:
    pytest.importorskip("cyclonedx_py", reason="no bill of materials: install the 'dev' extra, which has cyclonedx-bom")
    made = bill()
    assert made == bill(), "the same lock gives the same bytes"
    assert "nonsense" in fault(made.replace(b'"bomFormat"', b'"nonsense"'))
    assert fault(made) == ""
    parts = json.loads(made)
    components = {part["name"].lower(): part for part in parts["components"]}
    versions = {name.lower(): version for name, version in pins().items()}
    lines = re.findall(r"^([\w.-]+)==", LOCK.read_text(encoding="utf-8"), re.MULTILINE)
    twice = {name.lower() for name in lines if lines.count(name) > 1}  # in two versions, for other machines
    assert components.keys() == versions.keys()
    for name, part in components.items():
        assert part["version"] == versions[name] or name in twice
        assert part["purl"].startswith("pkg:pypi/")
        assert part["externalReferences"][0]["hashes"]
    assert not re.search(r"/(work|home|tmp|root)/", made.decode())
    assert not {"timestamp", "serialNumber"} & {*parts, *parts["metadata"]}


def test_an_advisory_is_told_and_what_was_skipped_is_not_sound() -> None:
    of = [("good", "1", []), ("bad", "2", [("PYSEC-1", ["3"])]), ("worse", "4", [("PYSEC-2", [])])]
    answer: list[dict[str, object]] = [
        {"name": name, "version": version, "vulns": [{"id": one, "fix_versions": fixed} for one, fixed in vulns]}
        for name, version, vulns in of
    ]
    advisories, skipped = judged({"dependencies": [*answer, {"name": "unknown", "skip_reason": "not found"}]})
    assert advisories == {"bad 2": ["PYSEC-1 (mended in 3)"], "worse 4": ["PYSEC-2 (mended in no version yet)"]}
    assert skipped == ["unknown"]


def test_the_scan_for_secrets_finds_a_key_and_nothing_new_in_what_we_ship(tmp_path: Path) -> None:
    reason = "no scan for secrets: install the 'dev' extra, which has detect-secrets"
    pytest.importorskip("detect_secrets", reason=reason)
    baseline, planted = tmp_path / "baseline", tmp_path / "settings.py"
    shutil.copyfile(ROOT / ".secrets.baseline", baseline)  # the hook writes line numbers into it
    planted.write_text(f'aws_key = "{KEY}"\n')

    def scan(*files: Path) -> subprocess.CompletedProcess[str]:
        hook = [sys.executable, "-m", "detect_secrets.pre_commit_hook", "--baseline", baseline, *files]
        return subprocess.run(hook, cwd=ROOT, capture_output=True, text=True, check=False)

    scanned = scan(planted)
    assert scanned.returncode == 1
    assert "AWS Access Key" in scanned.stdout
    assert KEY not in scanned.stdout + scanned.stderr
    shipped = [*(ROOT / "institutions").rglob("*.*"), *(ROOT / "deploy").rglob("*.*")]
    files = (path.relative_to(ROOT) for path in shipped if path.is_file() and "__pycache__" not in path.parts)
    clean = scan(*files)
    assert clean.returncode in (0, 3), clean.stdout  # 3: what is known stands on another line
    assert "Potential secrets" not in clean.stdout
