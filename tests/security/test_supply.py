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


def test_the_bill_of_materials_holds_every_pin_with_its_hashes(tmp_path: Path) -> None:
    pytest.importorskip("cyclonedx_py", reason="no bill of materials: install the 'dev' extra, which has cyclonedx-bom")
    made = bill()
    assert made == bill(), "the same lock gives the same bytes"
    assert "nonsense" in fault(made.replace(b'"bomFormat"', b'"nonsense"'))
    assert fault(made) == ""
    parts = json.loads(made)
    components = {part["name"]: part for part in parts["components"]}
    lower = {name.lower(): (name, version) for name, version in pins().items()}
    assert {name.lower() for name in components} == set(lower)
    for name, part in components.items():
        assert part["version"] == pins()[lower[name.lower()][0]] or name in twice()
        assert part["purl"].startswith("pkg:pypi/")
        assert part["externalReferences"][0]["hashes"]
    text = made.decode()
    assert not re.search(r"/(work|home|tmp|root)/", text)
    assert "timestamp" not in parts["metadata"]
    assert "serialNumber" not in parts


def twice() -> set[str]:
    """Packages that a lock has in two versions, for other machines."""
    lines = re.findall(r"^([\w.-]+)==", LOCK.read_text(encoding="utf-8"), re.MULTILINE)
    return {name for name in lines if lines.count(name) > 1}


def test_an_advisory_is_told_and_what_was_skipped_is_not_sound() -> None:
    answer = {
        "dependencies": [
            {"name": "good", "version": "1", "vulns": []},
            {"name": "bad", "version": "2", "vulns": [{"id": "PYSEC-1", "fix_versions": ["3"]}]},
            {"name": "worse", "version": "4", "vulns": [{"id": "PYSEC-2", "fix_versions": []}]},
            {"name": "unknown", "skip_reason": "not found"},
        ]
    }
    advisories, skipped = judged(answer)
    assert advisories == {"bad 2": ["PYSEC-1 (mended in 3)"], "worse 4": ["PYSEC-2 (mended in no version yet)"]}
    assert skipped == ["unknown"]


KEY = "AKIA" + "IOSFODNN7" + "EXAMPLQ"


def test_the_scan_for_secrets_finds_a_key_and_nothing_new_in_what_we_ship(tmp_path: Path) -> None:
    pytest.importorskip(
        "detect_secrets", reason="no scan for secrets: install the 'dev' extra, which has detect-secrets"
    )
    baseline = tmp_path / "baseline"  # the hook writes line numbers into it
    shutil.copyfile(ROOT / ".secrets.baseline", baseline)
    planted = tmp_path / "settings.py"
    planted.write_text(f'aws_key = "{KEY}"\n')
    hook = [sys.executable, "-m", "detect_secrets.pre_commit_hook", "--baseline", str(baseline)]
    scanned = subprocess.run([*hook, str(planted)], cwd=ROOT, capture_output=True, text=True, check=False)
    assert scanned.returncode == 1
    assert "AWS Access Key" in scanned.stdout
    assert KEY not in scanned.stdout + scanned.stderr
    shipped = [*(ROOT / "institutions").rglob("*.*"), *(ROOT / "deploy").rglob("*.*")]
    files = [str(path.relative_to(ROOT)) for path in shipped if path.is_file() and "__pycache__" not in path.parts]
    clean = subprocess.run([*hook, *files], cwd=ROOT, capture_output=True, text=True, check=False)
    assert clean.returncode in (0, 3), clean.stdout  # 3: what is known stands on another line
    assert "Potential secrets" not in clean.stdout
