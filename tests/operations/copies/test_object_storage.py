"""Backups in object storage, and releases that are mirrored: a reader by the pointer never sees half a release."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assets.common.resources import Institution
from kwaliteitsmonitor.connectors.destinations import Destination, Folder, ObjectStore, destination
from kwaliteitsmonitor.foundation import maintenance_log as upkeep
from kwaliteitsmonitor.foundation.retrying import Patience
from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.operations.copies.backup import check, chosen
from kwaliteitsmonitor.operations.copies.copier import BACKUP, MIRROR, place_of
from kwaliteitsmonitor.operations.copies.generations import OBJECTS
from kwaliteitsmonitor.operations.copies.mirror import mirror
from kwaliteitsmonitor.operations.copies.mirroring import mirrored, mirrored_after
from kwaliteitsmonitor.operations.copies.page import Pointer, page
from kwaliteitsmonitor.operations.copies.restore import restore
from pipelines.definitions import build_definitions
from schemas.errors import KwaliteitsmonitorError, SourceError, UsageError
from tests.operations.copies.conftest import CYCLE, Dying, MadeUp, backed_up, is_killed, lines, tree

KEY, SECRET = "AKIASLEUTEL", "geheime-sleutel-5d"
ONCE = Patience(attempts=1)
QUICK = Patience(attempts=2, first=0.01, longest=0.01, chance=0.01)


@pytest.fixture(autouse=True)
def once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Amazon's library tries by itself as well; here it need not."""
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")


@pytest.fixture(scope="module")
def s3() -> Iterator[Any]:
    """A server of object storage; the object has its client and the environment that opens it."""
    moto = pytest.importorskip("moto.server", reason="S3 is not tested: install moto with its server")
    boto = pytest.importorskip("botocore.session")
    pytest.importorskip("s3fs", reason="S3 is not tested: install the 's3' extra")
    server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    client = boto.Session().create_client(
        "s3", endpoint_url=endpoint, aws_access_key_id=KEY, aws_secret_access_key=SECRET, region_name="us-east-1"
    )
    client.given = {"USER": KEY, "PASSWORD": SECRET, "ENDPOINT": endpoint}
    try:
        yield client
    finally:
        server.stop()


@pytest.fixture
def bucket(s3: Any, request: pytest.FixtureRequest) -> str:
    name = "b" + hashlib.sha256(request.node.name.encode()).hexdigest()[:20]
    s3.create_bucket(Bucket=name)
    return name


def settings(s3: Any, **more: str) -> Settings:
    """Settings by which a mirror in the object storage opens."""
    return Settings(**({f"mirror_{name.lower()}": value for name, value in s3.given.items()} | more))


def store(url: str, environment: dict[str, str], patience: Patience = QUICK) -> Destination:
    named = {f"{BACKUP.variable}_{name}": value for name, value in environment.items()}
    return destination(url, f"{BACKUP.variable}_", "backup", named, patience)


def test_a_backup_in_object_storage_comes_back_and_is_not_copied_twice(
    made_up: MadeUp, s3: Any, bucket: str, tmp_path: Path
) -> None:
    place = store(f"s3://{bucket}/deep/inside", s3.given)
    first = backed_up(made_up, place)
    assert (first.new, backed_up(made_up, place).copied) == (True, 0)
    made_up.release(lines(11))
    backed_up(made_up, place, keep=1)
    assert restore(place, chosen(place), tmp_path / "new").wrong == ()
    assert tree(tmp_path / "new") == tree(made_up.workspace.root)
    lost = next(iter(place.sizes(OBJECTS)))
    s3.delete_object(Bucket=bucket, Key=f"deep/inside/{lost}")
    assert check(place)[1] != []


def test_storage_that_cannot_be_reached_or_opened_is_said_in_one_sentence_without_its_secret(
    made_up: MadeUp, s3: Any, bucket: str
) -> None:
    with pytest.raises(SourceError, match="the backup cannot be reached") as caught:
        store(f"s3://{bucket}/x", s3.given | {"ENDPOINT": "http://127.0.0.1:9"}, ONCE)
    assert SECRET not in str(caught.value)
    assert caught.value.exit_code == 4
    with pytest.raises(SourceError, match=r"no such bucket|no such folder"):
        backed_up(made_up, store("s3://absent/x", s3.given))


@pytest.mark.parametrize("url", ["sftp://host/backup", "https://host/backup"])
def test_a_place_where_a_name_may_hold_half_a_file_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match="copies cannot be kept at"):
        store(url, {})
    with pytest.raises(UsageError, match="Set KWALITEITSMONITOR_BACKUP_USER"):
        store("s3://user:password@host/x", {})


def noted(made_up: MadeUp) -> upkeep.Note:
    note = upkeep.last(made_up.workspace, upkeep.MIRROR)
    assert note is not None
    return note


def whole(place: Destination) -> str:
    """The version that the pointer of a mirror names, once every file of it is there with its hash; none where none."""

    def read(name: str) -> bytes:
        with place.open(name) as stream:
            return stream.read()

    try:
        pointer = json.loads(read(f"current/{CYCLE}.json"))
    except KwaliteitsmonitorError:
        return ""
    own = read(f"{pointer['path']}/manifest.json")
    assert hashlib.sha256(own).hexdigest() == pointer["manifest"]
    for name, sha256 in json.loads(own)["files"].items():
        assert hashlib.sha256(read(f"{pointer['path']}/{name}")).hexdigest() == sha256
    return str(pointer["version"])


def test_releases_are_mirrored_with_the_pointer_last_and_what_is_behind_is_brought_up_to_date(
    made_up: MadeUp, s3: Any, bucket: str
) -> None:
    place = place_of(MIRROR, f"s3://{bucket}", settings(s3))
    assert isinstance(place, ObjectStore)
    made_up.release(lines(11))
    found = mirrored(made_up.workspace, place)
    assert (dict(found.counts), found.copied) == ({CYCLE: "v2"}, (f"{CYCLE}/v1", f"{CYCLE}/v2"))
    assert whole(place) == "v2"
    assert mirrored(made_up.workspace, place).copied == ()
    made_up.release(lines(12))
    assert mirrored(made_up.workspace, place).copied == (f"{CYCLE}/v3",)
    assert whole(place) == "v3"
    note = noted(made_up)
    assert (note.counts, note.behind, note.error, note.to) == ({CYCLE: "v3"}, [], "", f"s3://{bucket}")
    private = ("delivered", "disclosure", "pseudonym", "profiles", "findings")
    names = {one["Key"] for one in s3.list_objects_v2(Bucket=bucket).get("Contents", ())}
    assert not [name for name in names if name.startswith(private)]


def test_a_mirror_that_is_killed_after_any_file_shows_the_old_release_whole_or_the_new_one(
    made_up: MadeUp, tmp_path: Path
) -> None:
    seen = []
    made_up.release(lines(11))
    for puts in range(60):
        place = Dying(tmp_path / "mirror" / str(puts), open_to_all=True)
        place.left = puts
        killed = is_killed(lambda: mirror(made_up.workspace, place))  # noqa: B023 - it is called at once
        seen.append(whole(place))
        if not killed:
            break
        if puts % 4 == 0:
            assert mirror(made_up.workspace, Folder(place.root, open_to_all=True)).counts == {CYCLE: "v2"}
            assert whole(place) == "v2"
    assert set(seen) == {"", "v2"}
    assert len(seen) > 10


def test_a_release_that_was_altered_is_not_mirrored_and_the_pointer_stays(made_up: MadeUp, tmp_path: Path) -> None:
    place = Folder(tmp_path / "mirror", open_to_all=True)
    mirrored(made_up.workspace, place)
    made_up.release(lines(11))
    path = made_up.workspace.releases / CYCLE / "v2" / "dictionary.nl.md"
    path.chmod(0o644)
    path.write_text("altered")
    outcome = mirrored(made_up.workspace, place)
    wrong = "it is not what was published: dictionary.nl.md was altered: it is not what was published"
    assert outcome.refused == {f"{CYCLE}/v2": f"{CYCLE}/v2: {wrong}"}
    assert (whole(place), dict(outcome.counts)) == ("v1", {CYCLE: "v1"})
    assert noted(made_up).behind == [f"{CYCLE}/v2"]


def test_another_workspace_does_not_replace_a_release_that_readers_may_have_used(
    made_up: MadeUp, tmp_path: Path
) -> None:
    place = Folder(tmp_path / "mirror", open_to_all=True)
    mirrored(made_up.workspace, place)
    was = (tmp_path / "mirror" / "current" / f"{CYCLE}.json").read_bytes()
    other = MadeUp(tmp_path / "other", made_up.profile)
    other.release(lines(99))
    assert "another release under this name" in mirrored(other.workspace, place).refused[f"{CYCLE}/v1"]
    assert (tmp_path / "mirror" / "current" / f"{CYCLE}.json").read_bytes() == was
    (other.workspace.root / "institution").write_text("elsewhere\n")
    with pytest.raises(UsageError, match="this is the mirror of 'leiden'"):
        mirror(other.workspace, place)


def test_publishing_goes_on_without_its_mirror_which_is_told_and_noted_until_it_is_there(
    made_up: MadeUp, s3: Any, bucket: str
) -> None:
    assert mirrored_after(made_up.workspace, Settings()) is None
    place = f"s3://{bucket}/published"
    gone = settings(s3, mirror=place, mirror_endpoint="http://127.0.0.1:9")
    wrong = mirrored_after(made_up.workspace, gone, ONCE)
    assert wrong is not None
    assert "the mirror cannot be reached" in wrong
    assert (noted(made_up).error, noted(made_up).done) == (wrong, "")
    assert mirrored_after(made_up.workspace, settings(s3, mirror=place)) == ""
    assert noted(made_up).error == ""
    assert noted(made_up).done == noted(made_up).tried


def test_a_folder_as_mirror_is_for_all_to_read_and_its_page_leads_to_the_reports(
    made_up: MadeUp, tmp_path: Path
) -> None:
    mirrored(made_up.workspace, place_of(MIRROR, str(tmp_path / "mirror"), Settings()))
    backup = backed_up(made_up, Folder(tmp_path / "b")).generation
    assert not [one.path for one in backup.files if one.path.startswith("upkeep")]
    assert {p.stat().st_mode & 0o777 for p in (tmp_path / "mirror").rglob("*")} == {0o644, 0o755}
    text = (tmp_path / "mirror" / "index.html").read_text()
    assert "Universiteit Leiden" in text
    assert "v1, concept" in text
    pointer = Pointer(
        cycle="<b>",
        version="v1",
        path="releases/2021-03/v1",
        manifest="",
        institution="x",
        about={"nl": "<script>", "en": "x"},
        reporting_year=2020,
        status="final",
        reports=['report/a"b.nl.html'],
    )
    made = page("x", [pointer]).decode()
    assert "Kwaliteitsafspraken &lt;script&gt;" in made  # what the institution accounts for, by releases of before
    assert not re.search(r"<script|<b>|\"b\.nl", made)
    assert 'href="releases/2021-03/v1/report/a%22b.nl.html"' in made
    about = {"nl": "HL", "en": "x", "plan_nl": "instellingsplan", "plan_en": "institutional plan"}
    named = page("x", [replace(pointer, about=about)]).decode()
    assert "<h1>Instellingsplan HL</h1>" in named
    assert "Institutional plan of x" in named


def test_without_a_workspace_nothing_is_mirrored_and_nothing_is_made(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is nothing to mirror"):
        mirror(Workspace(tmp_path / "absent"), Folder(tmp_path / "mirror"))
    assert list(tmp_path.iterdir()) == []


def test_a_check_on_the_release_is_there_where_releases_are_mirrored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for url, expected in (("", set()), (str(tmp_path), {"mirrored"})):
        monkeypatch.setenv(MIRROR.variable, url)
        cycle = build_definitions(Institution(institution="leiden", out=str(tmp_path))).resolve_job_def("cycle")
        checks = cycle.asset_layer.asset_graph.asset_check_keys
        assert {key.name for key in checks if key.asset_key.path[-1] == "release"} == expected
