"""What a run needs to know from outside: institution, landing zone, place of the output, databases, key.

Each setting has a command-line option and an environment variable of the same meaning, `KWALITEITSMONITOR_…`.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlparse

from assets.workspace import Workspace
from schemas.errors import UsageError
from schemas.profile import Profile, load_profile, profile_folder
from schemas.profile.loading import PROFILES
from schemas.profile.models import SqlSource

PREFIX = "KWALITEITSMONITOR_"
WEAKEST_KEY = 32


@dataclass(frozen=True)
class Settings:
    """The settings of one institution's pipeline. Empty values take the default that the property of it gives."""

    institution: str = ""
    landing: str = ""
    out: str = ""
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def from_environment(cls, *, institution: str = "", landing: str = "", out: str = "") -> Settings:
        """Settings as given, else as the environment has them."""
        env = {name: value for name, value in os.environ.items() if name.startswith(PREFIX)}
        return cls(
            institution or env.get(f"{PREFIX}INSTITUTION", ""),
            landing or env.get(f"{PREFIX}LANDING", ""),
            out or env.get(f"{PREFIX}OUT", ""),
            env,
        )

    @property
    def profile(self) -> Profile:
        """The profile of the institution. Raises `ProfileError` or `UsageError`."""
        return _profile(self.institution or _default_institution())

    @property
    def workspace(self) -> Workspace:
        """The folder in which everything is kept: `data/<institution>` unless it is named."""
        place = self.out or f"data/{self.profile.id}"
        parsed = urlparse(place)
        if len(parsed.scheme) > 1 and parsed.scheme != "file":
            raise UsageError(
                f"releases cannot be kept at '{parsed.scheme}:'",
                where="--out",
                expected="a folder on this machine, or a file:// address",
                remedy="Publish to a local folder and copy the release from there.",
            )
        return Workspace(Path(parsed.path if parsed.scheme == "file" else place).absolute())

    @property
    def landing_url(self) -> str:
        """The landing zone: `landing` beside the output unless it is named."""
        return self.landing or str(self.workspace.root / "landing")

    def databases(self) -> dict[str, str]:
        """The SQLAlchemy address of each database that the profile names.

        `KWALITEITSMONITOR_<CONNECTION>_URL` gives it; else it is the SQLite file of that name in the landing zone.
        """
        names = {s.connection for f in self.profile.feeds for s in f.sources if isinstance(s, SqlSource)}
        found = {}
        for name in names:
            given = self.environment.get(f"{PREFIX}{name.upper()}_URL")
            found[name] = given or self._sqlite(name)
        return found

    def _sqlite(self, name: str) -> str:
        parsed = urlparse(self.landing_url)
        folder = parsed.path if parsed.scheme == "file" else self.landing_url
        path = Path(folder).absolute() / f"{name}.db"
        if not path.is_file():
            raise UsageError(
                f"no database is named for '{name}'",
                where=str(path),
                expected=f"a SQLAlchemy address in {PREFIX}{name.upper()}_URL, or a SQLite file there",
                remedy="Set the variable to the finance database, or write sample deliveries first.",
            )
        return f"sqlite:///file:{path}?mode=ro&uri=true"

    def pseudonym_key(self) -> bytes:
        """The key by which identifiers of people become pseudonyms.

        Taken from `KWALITEITSMONITOR_PSEUDONYM_KEY`; else made once and kept in the workspace, readable by its owner
        alone. Raises `UsageError` where the key given is too short to protect anyone.
        """
        given = self.environment.get(f"{PREFIX}PSEUDONYM_KEY")
        if given is not None:
            if len(given) < WEAKEST_KEY:
                raise UsageError(
                    "the key for pseudonyms is too short",
                    where=f"{PREFIX}PSEUDONYM_KEY",
                    expected=f"at least {WEAKEST_KEY} characters",
                    remedy="Make one with: python -c 'import secrets; print(secrets.token_hex(32))'.",
                )
            return given.encode()[:64]
        path = self.workspace.root / "pseudonym.key"
        if not path.is_file():
            path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "w") as file:
                file.write(secrets.token_hex(32))
        return path.read_bytes()[:64]


def _default_institution() -> str:
    return (PROFILES / "default").read_text(encoding="utf-8").strip()


@lru_cache(maxsize=8)
def _profile(institution: str) -> Profile:
    return load_profile(profile_folder(institution))
