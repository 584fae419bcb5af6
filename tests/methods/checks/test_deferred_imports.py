"""Modules that are deferred run at their first use; packages that are left out are as if not installed."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

from kwaliteitsmonitor.methods.checks.deferred_imports import defer, leave_out


def test_a_deferred_module_runs_at_its_first_use_and_one_left_out_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "statistics_of_all"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "slow.py").write_text("import sys\nsys.has_run = True\nvalue = 7\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    monkeypatch.setattr(sys, "has_run", False, raising=False)
    defer(["statistics_of_all.slow"])
    slow = importlib.import_module("statistics_of_all.slow")
    assert not vars(sys)["has_run"]
    assert slow.value == 7
    assert vars(sys)["has_run"]
    monkeypatch.setitem(sys.modules, "never_installed", None)
    monkeypatch.delitem(sys.modules, "never_installed")
    leave_out(["never_installed"])
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("never_installed")
