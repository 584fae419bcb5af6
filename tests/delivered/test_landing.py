"""The landing zone: what is found in it, what its names say, and what is said when it cannot be reached."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import fsspec
import pytest

from kwaliteitsmonitor.connectors.files import moment_of
from kwaliteitsmonitor.connectors.landing import Landing, matches
from kwaliteitsmonitor.foundation.addresses import address
from schemas.errors import SourceError, UsageError

AMSTERDAM = "Europe/Amsterdam"
REPORT = "onderwijsjaarverslag/{academic_year}/{unit}{suffix}.xlsx"


@pytest.fixture(params=["folder", "memory"])
def zone(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "folder":
        yield str(tmp_path)
        return
    root = f"/{uuid4().hex}"
    yield f"memory:/{root}"
    filesystem = fsspec.filesystem("memory")
    if filesystem.exists(root):
        filesystem.rm(root, recursive=True)


def put(zone: str, path: str, content: bytes = b"x") -> None:
    with fsspec.open(f"{zone}/{path}", "wb", auto_mkdir=True) as file:
        file.write(content)


@pytest.mark.parametrize(
    ("pattern", "path", "said"),
    [
        (
            REPORT,
            "onderwijsjaarverslag/2019-2020/FGW.xlsx",
            {"academic_year": "2019-2020", "unit": "FGW", "suffix": ""},
        ),
        (
            REPORT,
            "onderwijsjaarverslag/2019-2020/FGW_v2.xlsx",
            {"academic_year": "2019-2020", "unit": "FGW", "suffix": "_v2"},
        ),
        (
            REPORT,
            "onderwijsjaarverslag/2019-2020/FGW (2).xlsx",
            {"academic_year": "2019-2020", "unit": "FGW", "suffix": " (2)"},
        ),
        (
            REPORT,
            "onderwijsjaarverslag/2019-2020/FGW.def.xlsx",
            {"academic_year": "2019-2020", "unit": "FGW", "suffix": ".def"},
        ),
        (
            REPORT,
            "Onderwijsjaarverslag/2019-2020/FGW.XLSX",
            {"academic_year": "2019-2020", "unit": "FGW", "suffix": ""},
        ),
        (
            "bfr/{reporting_year}-{round}{suffix}.csv",
            "bfr/2020-3.csv",
            {"reporting_year": "2020", "round": "3", "suffix": ""},
        ),
        ("croho/opleidingen{suffix}.csv", "croho/opleidingen-2020.csv", {"suffix": "-2020"}),
    ],
)
def test_a_path_says_what_it_is_a_delivery_of(pattern: str, path: str, said: dict[str, str]) -> None:
    assert matches(pattern, path) == said


@pytest.mark.parametrize(
    "path",
    [
        "onderwijsjaarverslag/2019-2020/FGW.pdf",
        "onderwijsjaarverslag/2019-2020/FGW.xlsx.tmp",
        "onderwijsjaarverslag/2019/FGW.xlsx",
        "onderwijsjaarverslag/2019-2020/oud/FGW.xlsx",
        "oud/onderwijsjaarverslag/2019-2020/FGW.xlsx",
        "onderwijsjaarverslag/2019-2020/FGWxxlsx",
        "onderwijsjaarverslag/٢٠١٩-٢٠٢٠/FGW.xlsx",
    ],
)
def test_a_path_of_another_form_says_nothing(path: str) -> None:
    assert matches(REPORT, path) is None


@pytest.mark.parametrize(
    ("name", "unit", "suffix"),
    [
        ("FGW", "FGW", ""),
        ("FGW_v2", "FGW", "_v2"),
        ("FGW-Oost", "FGW-Oost", ""),
        ("FGW-Oost_v2", "FGW-Oost", "_v2"),
        ("Faculteit der Archeologie", "Faculteit der Archeologie", ""),
        ("FGWX", "FGWX", ""),
    ],
)
def test_the_name_of_a_known_unit_may_hold_any_character(name: str, unit: str, suffix: str) -> None:
    said = matches("{unit}{suffix}.xlsx", f"{name}.xlsx", ("FGW", "FGW-Oost", "Faculteit der Archeologie"))
    assert said == {"unit": unit, "suffix": suffix}


def test_every_file_is_found_by_path_with_its_size(zone: str) -> None:
    put(zone, "b/2.csv", b"12345")
    put(zone, "a.csv", b"")
    put(zone, "b/c/1.csv", b"1")
    found = Landing(zone, AMSTERDAM).files()
    assert [(f.path, f.size) for f in found] == [("a.csv", 0), ("b/2.csv", 5), ("b/c/1.csv", 1)]


def test_a_file_is_opened_by_the_path_under_which_it_was_found(zone: str) -> None:
    put(zone, "b/c.csv", b"as received")
    landing = Landing(zone, AMSTERDAM)
    with landing.open(landing.files()[0].path) as stream:
        assert stream.read() == b"as received"


@pytest.mark.parametrize("hidden", [".DS_Store", "a/.~lock.FGW.xlsx#", "a/~$FGW.xlsx", ".git/config"])
def test_hidden_files_and_those_of_a_spreadsheet_at_work_are_left_out(zone: str, hidden: str) -> None:
    put(zone, hidden)
    put(zone, "a/FGW.xlsx")
    assert [f.path for f in Landing(zone, AMSTERDAM).files()] == ["a/FGW.xlsx"]


def test_the_day_of_arrival_is_that_in_the_time_zone_of_the_institution(tmp_path: Path) -> None:
    put(str(tmp_path), "late.csv")
    moment = datetime(2020, 12, 31, 23, 30, tzinfo=UTC).timestamp()
    os.utime(tmp_path / "late.csv", (moment, moment))
    assert [f.received_on for f in Landing(str(tmp_path), AMSTERDAM).files()] == [date(2021, 1, 1)]
    assert [f.received_on for f in Landing(str(tmp_path), "America/New_York").files()] == [date(2020, 12, 31)]


def test_a_missing_landing_zone_is_a_source_error_with_a_remedy(zone: str) -> None:
    with pytest.raises(SourceError, match="there is no such landing zone") as caught:
        Landing(f"{zone}/absent", AMSTERDAM)
    assert caught.value.exit_code == 4
    assert "absent" in caught.value.where
    assert "--landing" in caught.value.remedy


def test_a_file_is_no_landing_zone(tmp_path: Path) -> None:
    put(str(tmp_path), "file.csv")
    with pytest.raises(SourceError, match="there is no such landing zone"):
        Landing(str(tmp_path / "file.csv"), AMSTERDAM)


def test_an_unknown_kind_of_address_is_wrong_usage_that_names_the_kinds_there_are() -> None:
    with pytest.raises(UsageError, match="carrier-pigeon") as caught:
        Landing("carrier-pigeon://roof", AMSTERDAM)
    assert caught.value.exit_code == 2
    assert "webdav+https://" in caught.value.expected


@pytest.mark.parametrize(
    "url",
    [
        "sftp://reader:geheim@host/zone",
        "webdav+https://reader:ge/heim@host/zone",
        "s3://reader:ge@heim@host/zone",
        "abfs://host/zone?sig=geheim",
        "nowhere://reader:geheim@host/zone?signature=heim",
    ],
)
def test_an_address_with_a_secret_is_refused_and_does_not_come_back_in_the_message(url: str) -> None:
    with pytest.raises(UsageError) as caught:
        Landing(url, AMSTERDAM)
    assert caught.value.exit_code == 2
    assert "heim" not in str(caught.value)
    assert "host/zone" in str(caught.value)
    assert "***" in str(caught.value)
    assert "KWALITEITSMONITOR_LANDING_PASSWORD" in caught.value.remedy


@pytest.mark.parametrize(
    "url",
    ["/data/a:b@c", "file:///data/x", "webdav+https://host/dav/files/jan@uni.example/q", "abfs://box@account/q"],
)
def test_signs_in_an_address_that_are_no_secret_are_let_through(url: str) -> None:
    assert address(url).url == url


def test_a_file_that_has_gone_is_a_source_error(zone: str) -> None:
    put(zone, "here.csv")
    with pytest.raises(SourceError, match="cannot be read from the landing zone") as caught:
        Landing(zone, AMSTERDAM).open("gone.csv")
    assert caught.value.exit_code == 4
    assert caught.value.where == "gone.csv"


def test_a_folder_that_cannot_be_listed_is_an_error_and_not_an_empty_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(str(tmp_path), "open/1.csv")
    put(str(tmp_path), "closed/2.csv")
    listing = os.scandir

    def refusing(path: str) -> Any:
        if path.endswith("closed"):
            raise PermissionError(path)
        return listing(path)

    landing = Landing(str(tmp_path), AMSTERDAM)
    monkeypatch.setattr(os, "scandir", refusing)
    with pytest.raises(SourceError, match="cannot be listed"):
        landing.files()


def test_a_folder_on_a_server_that_cannot_be_listed_is_an_error_too(monkeypatch: pytest.MonkeyPatch) -> None:
    root = f"memory://{uuid4().hex}"
    put(root, "open/1.csv")
    put(root, "closed/2.csv")
    filesystem = type(fsspec.filesystem("memory"))
    listing = filesystem.ls

    def refusing(self: Any, path: str, detail: bool = True, **more: Any) -> Any:
        if path.endswith("closed"):
            raise PermissionError(path)
        return listing(self, path, detail=detail, **more)

    landing = Landing(root, AMSTERDAM)
    monkeypatch.setattr(filesystem, "ls", refusing)
    with pytest.raises(SourceError, match="cannot be listed"):
        landing.files()


def test_the_moment_of_arrival_is_told_in_utc(zone: str) -> None:
    before = datetime.now(UTC) - timedelta(seconds=5)
    put(zone, "a.csv")
    (found,) = Landing(zone, AMSTERDAM).files()
    assert found.arrived is not None
    assert found.arrived.tzinfo is UTC
    assert before < found.arrived < datetime.now(UTC) + timedelta(seconds=5)


def test_a_fingerprint_stays_with_the_bytes_and_changes_with_them(tmp_path: Path) -> None:
    put(str(tmp_path), "a.csv", b"one")
    landing = Landing(str(tmp_path), AMSTERDAM)
    first = landing.files()[0].fingerprint
    assert first
    assert landing.files()[0].fingerprint == first
    stat = (tmp_path / "a.csv").stat()
    put(str(tmp_path), "a.csv", b"two")
    os.utime(tmp_path / "a.csv", ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert landing.files()[0].fingerprint != first


@pytest.mark.parametrize("stamp", [10**15, -(10**15), float("inf"), "yesterday", None])
def test_a_stamp_that_is_no_moment_is_none(stamp: Any) -> None:
    assert moment_of(stamp) is None


@pytest.mark.parametrize(
    ("scheme", "package", "extra"),
    [
        ("sftp://host/zone", "sshfs", "sftp"),
        ("webdav+https://host/zone", "webdav4.fsspec", "webdav"),
        ("s3://bucket/zone", "s3fs", "s3"),
        ("abfs://box@account.dfs.core.windows.net/zone", "adlfs", "azure"),
        ("sharepoint://uni.sharepoint.com/sites/a/b", "msgraphfs", "sharepoint"),
    ],
)
def test_a_package_that_is_not_installed_is_wrong_usage_that_names_the_extra(
    monkeypatch: pytest.MonkeyPatch, scheme: str, package: str, extra: str
) -> None:
    monkeypatch.delitem(sys.modules["fsspec.registry"]._registry, scheme.partition(":")[0], raising=False)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(UsageError) as caught:
        Landing(scheme, AMSTERDAM)
    assert caught.value.exit_code == 2
    assert f"kwaliteitsmonitor[{extra}]" in caught.value.remedy
