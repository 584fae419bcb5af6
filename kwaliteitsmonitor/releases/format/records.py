"""A manifest as it stands in its file: what it says of a release, part by part."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NotRequired, TypedDict

from schemas.words import WordsRecord


class RevisionRecord(TypedDict):
    """The code or the profile; a sector view gives no version."""

    version: NotRequired[str]
    sha256: str


class ReferenceRecord(TypedDict):
    """Another release."""

    cycle: str
    version: str
    manifest: str


class SignOffRecord(TypedDict):
    """By whom, when and why a release was signed off; `date` as `2021-04-20`."""

    role: str
    date: str
    reason: str
    finalises: ReferenceRecord
    follows: ReferenceRecord | None


class InputRecord(TypedDict):
    """A delivery from which a release is derived; `received_on` is a day, `arrived` a moment in UTC."""

    feed: str
    period: str | None
    unit: str | None
    file: str
    sha256: str
    size: int
    received_on: str
    arrived: str | None
    uptake: int
    in_landing_zone: bool | None
    version: int
    status: str


class NotReadRecord(TypedDict):
    """A delivery in the landing zone that was not taken up, and why."""

    feed: str
    file: str
    size: int
    received_on: str
    arrived: str | None
    standing: str
    reason: str
    reason_nl: NotRequired[str]
    reason_en: NotRequired[str]


class UntakenRecord(TypedDict):
    """A file in the landing zone that no feed takes; see `assets.status.recognition.Untaken`."""

    path: str
    feed: str
    meant: str
    other_period: bool
    refused: WordsRecord | None


class LookRecord(TypedDict):
    """What was seen in the landing zone; `could_not` says why nobody could look, before in one text."""

    files: int
    untaken: Sequence[UntakenRecord]
    could_not: WordsRecord | str | None


class LandingRecord(LookRecord):
    """The same, with what of it was not taken up."""

    not_read: Sequence[NotReadRecord]


class DisclosureRecord(TypedDict):
    """The numbers of the memories of earlier releases that decided what is hidden."""

    earlier: Sequence[int]


class SourceRecord(TypedDict):
    """A release of which a sector view is made."""

    institution: str
    cycle: str
    reporting_year: int
    release_status: str
    seal: str
    manifest_sha256: str


class ManifestRecord(TypedDict, total=False):
    """A manifest. One of an earlier form does not say everything; one of a sector view has a `kind` and `releases`."""

    format: int
    institution: str
    about: dict[str, str]
    cycle: str
    reporting_year: int
    status: str
    lacking: Sequence[str]
    lacking_nl: Sequence[str]
    lacking_en: Sequence[str]
    profile: RevisionRecord
    code: RevisionRecord
    code_parts: dict[str, str]
    libraries: dict[str, str]
    inputs: Sequence[InputRecord]
    landing: LandingRecord
    since: ReferenceRecord | None
    disclosure: DisclosureRecord
    reports: Sequence[str]
    files: dict[str, str]
    seal: str
    sign_off: SignOffRecord
    kind: str
    releases: Sequence[SourceRecord]
