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
from tests.connectors.writing import AMSTERDAM, read

REPORT = "onderwijsjaarverslag/{academic_year}/{unit}{suffix}.xlsx"
YEAR = "onderwijsjaarverslag/2019-2020"


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


PATHS: list[tuple[str, str, list[str] | None]] = [
    (REPORT, f"{YEAR}/FGW.xlsx", ["2019-2020", "FGW", ""]),
    (REPORT, f"{YEAR}/FGW_v2.xlsx", ["2019-2020", "FGW", "_v2"]),
    (REPORT, f"{YEAR}/FGW (2).xlsx", ["2019-2020", "FGW", " (2)"]),
    (REPORT, f"{YEAR.title()}/FGW.XLSX", ["2019-2020", "FGW", ""]),
    (REPORT, f"{YEAR}/FGW-Oost_v2.xlsx", ["2019-2020", "FGW-Oost", "_v2"]),
    (REPORT, f"{YEAR}/Faculteit der Archeologie.xlsx", ["2019-2020", "Faculteit der Archeologie", ""]),
    (REPORT, f"{YEAR}/FGWX.xlsx", ["2019-2020", "FGWX", ""]),
    ("bfr/{reporting_year}-{round}{suffix}.csv", "bfr/2020-3.csv", ["2020", "3", ""]),
    ("croho/opleidingen{suffix}.csv", "croho/opleidingen-2020.csv", ["-2020"]),
    ("begroting/één {unit}.csv", "begroting/e\u0301e\u0301n FGW.csv", ["FGW"]),
    (REPORT, f"{YEAR}/FGW.pdf", None),
    (REPORT, f"{YEAR}/FGW.xlsx.tmp", None),
    (REPORT, "onderwijsjaarverslag/2019/FGW.xlsx", None),
    (REPORT, f"{YEAR}/oud/FGW.xlsx", None),
    (REPORT, f"oud/{YEAR}/FGW.xlsx", None),
    (REPORT, f"{YEAR}/FGWxxlsx", None),
    (REPORT, "onderwijsjaarverslag/٢٠١٩-٢٠٢٠/FGW.xlsx", None),
]


def test_a_path_says_whose_delivery_it_is_and_one_of_another_form_says_nothing() -> None:
    for pattern, path, expected in PATHS:
        fields = matches(pattern, path, ("FGW", "FGW-Oost", "Faculteit der Archeologie"))
        assert (None if fields is None else [*fields.values()]) == expected, path


def test_every_file_that_is_not_hidden_or_of_a_spreadsheet_at_work_is_found_and_opened_by_its_path(zone: str) -> None:
    before = datetime.now(UTC) - timedelta(seconds=5)
    for path, content in (("b/2.csv", b"12345"), ("a.csv", b""), ("b/c/1.csv", b"1")):
        put(zone, path, content)
    for hidden in (".DS_Store", "a/.~lock.FGW.xlsx#", "a/~$FGW.xlsx", ".git/config"):
        put(zone, hidden)
    landing = Landing(zone, AMSTERDAM)
    files = landing.files()
    assert [(f.path, f.size) for f in files] == [("a.csv", 0), ("b/2.csv", 5), ("b/c/1.csv", 1)]
    for file in files:
        assert file.arrived is not None
        assert file.arrived.tzinfo is UTC
        assert before < file.arrived < datetime.now(UTC) + timedelta(seconds=5)
    assert read(landing, "b/2.csv") == b"12345"


def test_the_day_of_arrival_is_that_in_the_time_zone_of_the_institution(tmp_path: Path) -> None:
    put(str(tmp_path), "late.csv")
    moment = datetime(2020, 12, 31, 23, 30, tzinfo=UTC).timestamp()
    os.utime(tmp_path / "late.csv", (moment, moment))
    assert [f.received_on for f in Landing(str(tmp_path), AMSTERDAM).files()] == [date(2021, 1, 1)]
    assert [f.received_on for f in Landing(str(tmp_path), "America/New_York").files()] == [date(2020, 12, 31)]


def test_a_landing_zone_or_file_that_is_not_there_is_a_source_error_with_a_remedy(zone: str) -> None:
    put(zone, "file.csv")
    for path in ("absent", "file.csv"):
        with pytest.raises(SourceError, match="there is no such landing zone") as caught:
            Landing(f"{zone}/{path}", AMSTERDAM)
        assert (caught.value.exit_code, path in caught.value.where) == (4, True)
        assert "--landing" in caught.value.remedy
    with pytest.raises(SourceError, match="cannot be read from the landing zone") as caught:
        Landing(zone, AMSTERDAM).open("gone.csv")
    assert (caught.value.exit_code, caught.value.where) == (4, "gone.csv")


def test_an_unknown_kind_of_address_and_a_package_that_is_not_installed_are_wrong_usage(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(UsageError, match="carrier-pigeon") as caught:
        Landing("carrier-pigeon://roof", AMSTERDAM)
    assert caught.value.exit_code == 2
    assert "webdav+https://" in caught.value.expected, "it names the kinds there are"
    for url, package, extra in (
        ("sftp://host/zone", "sshfs", "sftp"),
        ("webdav+https://host/zone", "webdav4.fsspec", "webdav"),
        ("s3://bucket/zone", "s3fs", "s3"),
        ("abfs://box@account.dfs.core.windows.net/zone", "adlfs", "azure"),
        ("sharepoint://uni.sharepoint.com/sites/a/b", "msgraphfs", "sharepoint"),
    ):
        monkeypatch.delitem(sys.modules["fsspec.registry"]._registry, url.partition(":")[0], raising=False)
        monkeypatch.setitem(sys.modules, package, None)
        with pytest.raises(UsageError) as lacking:
            Landing(url, AMSTERDAM)
        assert lacking.value.exit_code == 2
        assert f"kwaliteitsmonitor[{extra}]" in lacking.value.remedy


def test_an_address_with_a_secret_is_refused_and_does_not_come_back_in_the_message() -> None:
    for url in (
        "sftp://reader:geheim@host/zone",
        "webdav+https://reader:ge/heim@host/zone",
        "s3://reader:ge@heim@host/zone",
        "abfs://host/zone?sig=geheim",
        "nowhere://reader:geheim@host/zone?signature=heim",
    ):
        with pytest.raises(UsageError) as caught:
            Landing(url, AMSTERDAM)
        assert caught.value.exit_code == 2
        assert "heim" not in str(caught.value)
        assert [part for part in ("host/zone", "***") if part not in str(caught.value)] == []
        assert "KWALITEITSMONITOR_LANDING_PASSWORD" in caught.value.remedy


def test_signs_in_an_address_that_are_no_secret_are_let_through() -> None:
    for url in (
        "/data/a:b@c",
        "file:///data/x",
        "webdav+https://host/dav/files/jan@uni.example/q",
        "abfs://box@account/q",
    ):
        assert address(url).url == url


@pytest.mark.parametrize("kind", ["folder", "server"])
def test_a_folder_that_cannot_be_listed_is_an_error_and_not_an_empty_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    zone = str(tmp_path) if kind == "folder" else f"memory://{uuid4().hex}"
    put(zone, "open/1.csv")
    put(zone, "closed/2.csv")
    landing = Landing(zone, AMSTERDAM)
    owner: Any = os if kind == "folder" else type(fsspec.filesystem("memory"))
    method = "scandir" if kind == "folder" else "ls"
    listing = getattr(owner, method)

    def refusing(*arguments: Any, **more: Any) -> Any:
        path = arguments[-1] if kind == "folder" else arguments[1]
        if path.endswith("closed"):
            raise PermissionError(path)
        return listing(*arguments, **more)

    monkeypatch.setattr(owner, method, refusing)
    with pytest.raises(SourceError, match="cannot be listed"):
        landing.files()


def test_a_stamp_that_is_no_moment_is_none() -> None:
    assert [moment_of(stamp) for stamp in (10**15, -(10**15), float("inf"), "yesterday", None)] == [None] * 5
