"""The manifest of a release: what it was made of, and the hash of every file in it.

A manifest carries a seal, the SHA-256 of itself without the seal, and is written in one way only; so a byte of it that
is not what was published shows, as one of any other file does.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from kwaliteitsmonitor.releases.format import program
from kwaliteitsmonitor.releases.format.fault import Fault, not_what_was_published
from kwaliteitsmonitor.releases.format.records import (
    InputRecord,
    ManifestRecord,
    ReferenceRecord,
    SignOffRecord,
)
from schemas.calendar import Cycle
from schemas.errors import KwaliteitsmonitorError, NewerFormatError, UsageError
from schemas.formats import demand_known
from schemas.profile import Profile
from schemas.words import Words, both, words_of

FORMAT = 2
"""The form of a release. 1 did not say what stood in the landing zone, so that it cannot be computed again."""
NAME = "manifest.json"
TABLES = "tables"
DRAFT, FINAL = "draft", "final"
APART = ("seal", "disclosure")
"""What may differ between two releases that are the same: what was known of earlier ones is not what they say."""


T = TypeVar("T")


@dataclass(frozen=True)
class Revision:
    """The code or the profile by which a release was made: its version and its SHA-256."""

    version: str
    sha256: str

    def __str__(self) -> str:
        """The version, and the SHA-256 in short."""
        return f"{self.version} ({self.sha256[:12]})"


@dataclass(frozen=True)
class Reference:
    """A release as another one refers to it: its cycle and version, and the SHA-256 of its manifest."""

    cycle: str
    version: str
    manifest: str

    def as_json(self) -> ReferenceRecord:
        """The reference as a manifest has it."""
        return {"cycle": self.cycle, "version": self.version, "manifest": self.manifest}


@dataclass(frozen=True)
class Input:
    """A delivery from which a release is derived: its feed, the file as it was named, and the SHA-256 of its bytes."""

    feed: str
    file: str
    sha256: str


@dataclass(frozen=True)
class SignedOff:
    """By whom, when and why a release was signed off, and which draft that was; `follows` is the final one before."""

    role: str
    on: date
    reason: str
    finalises: Reference
    follows: Reference | None

    def as_json(self) -> SignOffRecord:
        """The sign-off as a manifest has it."""
        return {
            "role": self.role,
            "date": self.on.isoformat(),
            "reason": self.reason,
            "finalises": self.finalises.as_json(),
            "follows": None if self.follows is None else self.follows.as_json(),
        }


@dataclass(frozen=True)
class Manifest:
    """What a release says of itself: what it was made of, and the hash of every file in it.

    `content` is what was written, `sha256` that of its bytes. A manifest of an earlier form does not say everything:
    then what it may lack is empty or `None`, and of anything else `KwaliteitsmonitorError` is raised when it is read.
    """

    content: ManifestRecord
    place: Path = field(default=Path(), compare=False)
    sha256: str = field(default="", compare=False)

    def _value(self, name: str, kind: type[T]) -> T:
        value = self.content.get(name)
        if not isinstance(value, kind):
            raise not_what_was_published(self.place, [Fault(f"'{name}' in {NAME}", "unreadable")])
        return value

    def _texts(self, name: str) -> Mapping[str, str]:
        return {key: str(value) for key, value in self._value(name, dict).items()}

    def _revision(self, name: str) -> Revision:
        value = self._value(name, dict)
        return Revision(str(value.get("version", "")), str(value["sha256"]))

    @property
    def format(self) -> int | None:
        """The number of its form; `None` of before forms had one."""
        value = self.content.get("format")
        return value if isinstance(value, int) else None

    @property
    def kind(self) -> str:
        """What it is the manifest of if that is no release, such as a sector view."""
        return str(self.content.get("kind", ""))

    @property
    def is_of_institution(self) -> bool:
        """Whether it is of a release of an institution, and not of something that was made of releases."""
        return "cycle" in self.content and "institution" in self.content

    @property
    def institution(self) -> str:
        """The id of the institution."""
        return self._value("institution", str)

    @property
    def about(self) -> Mapping[str, str]:
        """What it says of the institution (see `about`); nothing in an early one."""
        return self._texts("about") if self.content.get("about") else {}

    @property
    def cycle(self) -> str:
        """The cycle, as `2021-03`."""
        return self._value("cycle", str)

    @property
    def reporting_year(self) -> int:
        """The year that is reported on."""
        return self._value("reporting_year", int)

    @property
    def status(self) -> str:
        """`draft` or `final`."""
        return self._value("status", str)

    @property
    def is_final(self) -> bool:
        """Whether the release was signed off."""
        return self.content.get("status") == FINAL

    @property
    def lacking(self) -> tuple[Words, ...]:
        """What had not come in, a sentence each; an early one has each in both languages in one text."""
        if "lacking_nl" not in self.content:
            return tuple(words_of(str(one)) for one in self._value("lacking", list))
        in_dutch, in_english = (self._value(f"lacking_{language}", list) for language in ("nl", "en"))
        return tuple(Words(str(nl), str(en)) for nl, en in zip(in_dutch, in_english, strict=True))

    @property
    def profile(self) -> Revision:
        """The profile."""
        return self._revision("profile")

    @property
    def code(self) -> Revision:
        """The code."""
        return self._revision("code")

    @property
    def code_parts(self) -> Mapping[str, str]:
        """The digest of each part of the code (see `program.code_parts`); none in an early one."""
        return self._texts("code_parts") if "code_parts" in self.content else {}

    @property
    def libraries(self) -> Mapping[str, str]:
        """The version of each library."""
        return self._texts("libraries")

    @property
    def inputs(self) -> tuple[Input, ...]:
        """The deliveries from which it is derived."""
        rows: Sequence[InputRecord] = self._value("inputs", list)
        return tuple(Input(row["feed"], row["file"], row["sha256"]) for row in rows)

    @cached_property
    def files(self) -> Mapping[str, str]:
        """The SHA-256 of every file but the manifest, by name."""
        return self._texts("files")

    @property
    def seal(self) -> str:
        """The SHA-256 of the manifest without this."""
        return self._value("seal", str)

    @property
    def reports(self) -> tuple[str, ...]:
        """The forms in which the report was made; none in an early one."""
        return tuple(map(str, self.content.get("reports") or ()))

    @property
    def since(self) -> Reference | None:
        """The release that councils saw before this one, since which it says what changed."""
        known = self.content.get("since")
        return None if known is None else Reference(**known)

    @property
    def sign_off(self) -> SignedOff | None:
        """The sign-off of a final release; `None` of a draft."""
        known = self.content.get("sign_off")
        if not known:
            return None
        follows = known.get("follows")
        return SignedOff(
            known["role"],
            date.fromisoformat(known["date"]),
            known["reason"],
            Reference(**known["finalises"]),
            None if follows is None else Reference(**follows),
        )

    def with_files(self, files: Mapping[str, str]) -> Manifest:
        """The same with other files."""
        return Manifest({**self.content, "files": dict(files)}, self.place)

    def signed_off(self, by: SignedOff, reports: Sequence[str] | None = None) -> Manifest:
        """What a draft says once it is signed off, with a report in these forms if they are others."""
        forms: ManifestRecord = {} if reports is None else {"reports": list(reports)}
        return Manifest({**(self.content | forms), "status": FINAL, "sign_off": by.as_json()}, self.place)

    def unlike(self, other: Manifest) -> list[str]:
        """The names of what two manifests do not say alike, but for files and what may differ (`APART`)."""
        names = {*self.content, *other.content} - {"files", *APART}
        return sorted(name for name in names if self.content.get(name) != other.content.get(name))


def manifest_of(
    profile: Profile,
    cycle: Cycle,
    inputs: Sequence[InputRecord],
    lacking: Sequence[Words],
    rests_on: ManifestRecord,
) -> Manifest:
    """The manifest of a draft, without its files.

    `rests_on` is what more it was made of than deliveries, profile and code (see `assets.publication.inputs`).
    """
    content: ManifestRecord = {
        "format": FORMAT,
        "institution": profile.id,
        "about": about(profile),
        "cycle": cycle.key,
        "reporting_year": cycle.reporting_year,
        "status": DRAFT,
        "lacking": [both(one) for one in lacking],
        "lacking_nl": [one.nl for one in lacking],
        "lacking_en": [one.en for one in lacking],
        "profile": {"version": profile.institution.profile_version, "sha256": profile.digest},
        "code": {"version": program.code_version(), "sha256": program.code_digest()},
        "code_parts": program.code_parts(),
        "libraries": program.libraries(),
        "inputs": sorted(inputs, key=lambda i: (i["feed"], i["file"], i["sha256"], str(i["unit"]))),
    }
    content |= rests_on
    return Manifest(content)


def about(profile: Profile) -> dict[str, str]:
    """What a release says of its institution to who adds it up with others: names, sector, plan, money."""
    of = profile.institution
    fiscal = of.fiscal_year_begins
    plan = {"plan_nl": of.words.plan.nl, "plan_en": of.words.plan.en}
    named = {"nl": of.nl, "en": of.en, "sector": of.sector, **plan}
    return {**named, "currency": of.money.currency, "fiscal_year_begins": fiscal}


def written(manifest: ManifestRecord, files: Mapping[str, str]) -> bytes:
    """A manifest with these files (their SHA-256 by name) as it is written, with its seal."""
    bare = {name: value for name, value in manifest.items() if name != "seal"} | {"files": dict(sorted(files.items()))}
    return _json({**bare, "seal": _seal(bare)})


def read(release: Path) -> Manifest:
    """The manifest of a release.

    Raises `UsageError` if there is no release, `KwaliteitsmonitorError` if its manifest is missing or is none,
    and `NewerFormatError` if a newer version of this program wrote it.
    """
    known = parsed(release)
    if known is not None:
        _demand_known(known)
        return known
    if (release / NAME).exists():
        raise not_what_was_published(release, [Fault(NAME, "altered")])
    if (release / TABLES).is_dir():
        raise not_what_was_published(release, [Fault(NAME, "missing")])
    raise UsageError(
        "there is no release here", where=str(release), expected="the folder of a release, or OUT/current/<cycle>"
    )


def parsed(folder: Path) -> Manifest | None:
    """The manifest in a folder, in whichever form; `None` if there is none."""
    try:
        written = (folder / NAME).read_bytes()
        content: ManifestRecord = json.loads(written.decode("utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(content, dict) or not isinstance(content.get("files"), dict):
        return None
    return Manifest(content, folder, hashlib.sha256(written).hexdigest())


def demand_known_format(release: Path) -> None:
    """Raise `NewerFormatError` if a newer version of this program made a release, for readers of its tables."""
    try:
        read(release)
    except NewerFormatError:
        raise
    except KwaliteitsmonitorError:
        return  # tables without a manifest are told of by who asks for it


def _demand_known(manifest: Manifest) -> None:
    code = manifest.content.get("code")
    made_by = code.get("version") if isinstance(code, dict) else None
    demand_known(manifest.content.get("format"), FORMAT, "the release", where=str(manifest.place), made_by=made_by)


def is_sealed(release: Path) -> bool:
    """Whether the manifest of a release is, to the byte, what was sealed."""
    try:
        content = (release / NAME).read_bytes()
        fields = json.loads(content)
    except (OSError, ValueError):
        return False
    if not isinstance(fields, dict):
        return False
    bare = {name: value for name, value in fields.items() if name != "seal"}
    return fields.get("seal") == _seal(bare) and _json(fields) == content


def same(one: Manifest, other: Manifest) -> bool:
    """Whether two manifests are of releases that are the same to the byte."""
    own, theirs = ({k: v for k, v in of.content.items() if k not in APART} for of in (one, other))
    return own == theirs


def _seal(bare: Mapping[str, object]) -> str:
    return hashlib.sha256(_json(bare)).hexdigest()


def _json(data: Mapping[str, object]) -> bytes:
    return (json.dumps(data, indent=1, ensure_ascii=False, sort_keys=True) + "\n").encode()
