"""What a run needs to know from outside: institution, landing zone, place of the output, databases, key.

Each setting has a command-line option and an environment variable of the same meaning, `KWALITEITSMONITOR_…`.
"""

from __future__ import annotations

import os
import secrets
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlparse

from pydantic import SecretStr

from kwaliteitsmonitor.foundation.addresses import address
from kwaliteitsmonitor.foundation.ownership import demand
from kwaliteitsmonitor.foundation.pseudonym_key import SHORTEST, weakness
from kwaliteitsmonitor.foundation.variables import Variables
from kwaliteitsmonitor.foundation.workspace import Workspace, flush
from schemas.environment import PREFIX
from schemas.errors import UsageError
from schemas.words import Words

if TYPE_CHECKING:
    from schemas.profile import Feed, Profile

NONE = SecretStr("")


class Settings(Variables):
    """The settings of one institution's pipeline: as they are passed, else as the environment has them.

    Empty values take the default that the property of it gives. No secret shows in its representation.
    """

    reproduces: str = ""
    """The folder of a release that is computed again: what had come in then is read, and no source is asked."""

    @classmethod
    def from_environment(
        cls,
        *,
        institution: str = "",
        landing: str = "",
        out: str = "",
        reproduces: str = "",
        reports: str = "",
        location: str = "",
    ) -> Settings:
        """The settings for a run, which records them.

        Raises `UsageError` if the address of the landing zone holds a password: at once, before it is recorded.
        """
        settings = cls(
            institution=institution,
            landing=landing,
            out=out,
            reproduces=reproduces,
            reports=reports,
            location=location,
        )
        if settings.landing:
            address(settings.landing)
        return settings

    @property
    def profile(self) -> Profile:
        """The profile of the institution. Raises `ProfileError` or `UsageError`."""
        return _profile(self.institution or _default_institution())

    @property
    def language(self) -> str:
        """The first language of the profile, also if it does not load; empty if nothing says which that is."""
        from schemas.profile.loading import first_language

        return first_language(self.institution or _default_institution())

    @property
    def workspace(self) -> Workspace:
        """The folder in which everything is kept: `data/<institution>` unless it is named.

        Raises `UsageError` if it is the workspace of another institution.
        """
        place = self.out or f"data/{self.profile.id}"
        parsed = urlparse(place)
        if len(parsed.scheme) > 1 and parsed.scheme != "file":
            raise UsageError(
                Words(
                    f"publicaties kunnen niet worden bewaard op '{parsed.scheme}:'",
                    f"releases cannot be kept at '{parsed.scheme}:'",
                ),
                where="--out",
                expected=Words(
                    "een map op deze machine, of een adres met file://",
                    "a folder on this machine, or a file:// address",
                ),
                remedy=Words(
                    "Publiceer in een map op deze machine en kopieer de publicatie vandaar.",
                    "Publish to a local folder and copy the release from there.",
                ),
            )
        workspace = Workspace(Path(parsed.path if parsed.scheme == "file" else place).absolute())
        if workspace.root.is_dir():
            demand(workspace, self.profile.id)
        return workspace

    @property
    def report_forms(self) -> tuple[str, ...]:
        """The forms in which a run makes the report. Raises `UsageError` if one is not made."""
        from schemas.report_forms import FORMS

        chosen = [one.strip() for one in self.reports.split(",") if one.strip()]
        if not chosen or chosen == ["all"]:
            return FORMS
        unknown = [one for one in chosen if one not in FORMS]
        if unknown and chosen != ["none"]:
            raise UsageError(
                f"there is no form '{unknown[0]}' of a report",
                where=f"{PREFIX}REPORTS",
                expected=f"some of {', '.join(FORMS)}, with commas between; or none",
            )
        return tuple(form for form in FORMS if form in chosen)

    @property
    def landing_url(self) -> str:
        """The landing zone: `landing` beside the output unless it is named.

        What opens a server is not part of it: that is read from `KWALITEITSMONITOR_LANDING_…` when the landing zone is
        opened (see `kwaliteitsmonitor.foundation.addresses`).
        """
        return self.landing or str(self.workspace.root / "landing")

    def databases(self, feed: Feed | None = None) -> dict[str, str]:
        """The SQLAlchemy address of each database that a feed names; of every feed if none is given.

        `KWALITEITSMONITOR_<CONNECTION>_URL` gives it, with `KWALITEITSMONITOR_<CONNECTION>_PASSWORD` if the
        password is kept apart; else it is the SQLite file of that name in the landing zone. Raises `UsageError` if
        there is neither.
        """
        from schemas.profile.feeds import SqlSource

        feeds = self.profile.feeds if feed is None else (feed,)
        names = {s.connection for f in feeds for s in f.sources if isinstance(s, SqlSource)}
        return {name: self._database(name) for name in sorted(names)}

    def _database(self, name: str) -> str:
        url = self.connection_urls.get(name.upper(), NONE).get_secret_value()
        password = self.connection_passwords.get(name.upper(), NONE).get_secret_value()
        if not url:
            return self._sqlite(name)
        return _with_password(url, password) if password else url

    def _sqlite(self, name: str) -> str:
        """The file in the landing zone, if that is a folder on this machine."""
        variable = f"{PREFIX}{name.upper()}_URL"
        place = address(self.landing_url)
        path = place.folder.absolute() / f"{name}.db" if place.kind == "local" else None
        if path is None or not path.is_file():
            raise UsageError(
                Words(f"voor '{name}' is geen database genoemd", f"no database is named for '{name}'"),
                where=str(path or variable),
                expected=Words(
                    f"een adres voor SQLAlchemy in {variable}, of een bestand van SQLite in de aanleverzone",
                    f"a SQLAlchemy address in {variable}, or a SQLite file in the landing zone",
                ),
                remedy=Words(
                    "Zet het adres van de database in die variabele, of schrijf eerst voorbeeldleveringen.",
                    "Set the variable to the address of the database, or write sample deliveries first.",
                ),
            )
        return f"sqlite:///file:{quote(str(path))}?mode=ro&uri=true"

    def read_pseudonym_key(self) -> bytes:
        """The key by which identifiers of people become pseudonyms.

        Taken from `KWALITEITSMONITOR_PSEUDONYM_KEY`; else made once and kept in the workspace, readable by its owner
        alone. Raises `UsageError` if the key is missing, too short or too easily guessed to protect anyone: a
        workspace that has releases had a key, and with another one nobody in it would be the same person.
        """
        if self.pseudonym_key is not None:
            return _strong(self.pseudonym_key.get_secret_value(), f"{PREFIX}PSEUDONYM_KEY")
        path = self.workspace.root / "pseudonym.key"
        if not path.is_file():
            if self.workspace.releases.is_dir():
                raise _refused(Words("ontbreekt", "is missing"), str(path))
            _make_key(path)
        return _strong(path.read_text(encoding="utf-8", errors="replace"), str(path))


def _make_key(path: Path) -> None:
    """Make a key in one step: of steps that do so at the same time one is first, and all read what that one made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_hex(32))
        file.flush()
        os.fsync(file.fileno())
    try:
        path.hardlink_to(partial)
    except FileExistsError:
        pass
    finally:
        partial.unlink()
    flush(path.parent)  # before anything is called by it: with the power gone, a release would have no key


def _strong(key: str, where: str) -> bytes:
    """The bytes of a key that protects. Raises `UsageError`, which does not quote it, if it does not."""
    weak = weakness(key)
    if weak:
        raise _refused(weak, where)
    return key.encode()[:64]


def _refused(weak: Words, where: str) -> UsageError:
    return UsageError(
        Words(f"de sleutel voor pseudoniemen {weak.nl}", f"the key for pseudonyms {weak.en}"),
        where=where,
        expected=Words(
            f"ten minste {SHORTEST} tekens die niemand kan raden",
            f"at least {SHORTEST} characters that nobody can guess",
        ),
        remedy=Words(
            "Zet de sleutel terug die eerder werd gebruikt, of maak er een met: "
            "`python -c 'import secrets; print(secrets.token_hex(32))'`.",
            "Put back the key that was used before, or make one with: "
            "python -c 'import secrets; print(secrets.token_hex(32))'.",
        ),
    )


def _with_password(url: str, password: str) -> str:
    """The address with a password in it. One that cannot be read is left as it is: pulling says what is wrong."""
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        return make_url(url).set(password=password).render_as_string(hide_password=False)
    except (ArgumentError, ValueError):
        return url


def _default_institution() -> str:
    from schemas.profile.loading import PROFILES

    return (PROFILES / "default").read_text(encoding="utf-8").strip()


@lru_cache(maxsize=8)
def _profile(institution: str) -> Profile:
    from schemas.profile import load_profile, profile_folder

    return load_profile(profile_folder(institution))
