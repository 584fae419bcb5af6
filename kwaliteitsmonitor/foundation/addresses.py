"""The address of a landing zone: what kind of place it is, and how it is reached.

An address holds no secret. It is stored in the configuration of a run, in Dagster's history and in the shell's;
credentials are read from the environment at the moment of connecting, and are stored nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from kwaliteitsmonitor.foundation import sharepoint
from kwaliteitsmonitor.foundation.filesystem import FileSystem
from schemas.errors import UsageError
from schemas.words import Words

PREFIX = "KWALITEITSMONITOR_LANDING_"
CONNECT_SECONDS = 10
ANSWER_SECONDS = 60
KINDS = {
    "": "local",
    "file": "local",
    "local": "local",
    "sftp": "sftp",
    "ssh": "sftp",
    "webdav+https": "webdav",
    "webdavs": "webdav",
    "davs": "webdav",
    "webdav+http": "webdav",
    "webdav": "webdav",
    "dav": "webdav",
    "s3": "s3",
    "s3a": "s3",
    "abfs": "azure",
    "abfss": "azure",
    "az": "azure",
    "sharepoint": "sharepoint",
}
"""The kind of landing zone by the first part of its address; each kind but `local` is an extra of the package."""
ENCRYPTED = ("webdav+https", "webdavs", "davs")
LOOPBACK = ("localhost", "127.0.0.1", "::1")
SETTINGS: Mapping[str, Mapping[str, str]] = {
    "sftp": {"USER": "username", "PASSWORD": "password", "KEY_FILE": "client_keys", "PASSPHRASE": "passphrase"},
    "s3": {"USER": "key", "PASSWORD": "secret", "TOKEN": "token", "ENDPOINT": "endpoint_url"},
    "azure": {"USER": "account_name", "PASSWORD": "account_key", "TOKEN": "sas_token", "ENDPOINT": "account_host"},
}
"""Per kind, the option of the file system that each variable `KWALITEITSMONITOR_LANDING_…` gives."""
PRINCIPAL = {"USER": "client_id", "PASSWORD": "client_secret", "TENANT": "tenant_id"}
"""The same for Azure where a tenant is named: the user is an application."""


@dataclass(frozen=True)
class Address:
    """An address without secrets, taken apart."""

    url: str
    kind: str
    parts: SplitResult

    @property
    def folder(self) -> Path:
        """The folder that a local address names."""
        return Path(unquote(self.parts.path) if self.parts.scheme in ("file", "local") else self.url)


def address(url: str, prefix: str = PREFIX, what: str = "landing zone") -> Address:
    """An address, taken apart. Raises `UsageError` if it is of no known form or holds what may be a secret.

    `what` says what it is the address of, and `prefix` how the names begin of the variables that open it. A password is
    refused rather than taken out: it stands in the history of the shell by then, and whoever put it there should know.
    The message does not repeat it.
    """
    scheme = url.partition("://")[0].lower() if "://" in url else ""
    if re.match(r"[A-Za-z]:[\\/]", url):
        scheme = ""
    kind = KINDS.get(scheme, "other")
    if kind == "local":
        return Address(url, kind, urlsplit(url) if scheme else SplitResult("", "", url, "", ""))
    try:
        parts = urlsplit(url)
        _ = parts.port
        secret = ":" in parts.netloc.rpartition("@")[0] or parts.netloc.count("@") > 1 or bool(parts.query)
    except ValueError:
        secret = True  # a password with a slash in it makes a port that is none
    if secret:
        raise UsageError(
            Words(
                f"het adres bevat een wachtwoord, een query of een poort die er geen is: {without_secrets(url)}",
                f"the address holds a password, a query or a port that is none: {without_secrets(url)}",
            ),
            where=what,
            expected=Words(
                "een adres zonder geheimen; die worden nergens vastgelegd",
                "an address without secrets, which are recorded nowhere",
            ),
            remedy=Words(
                f"Zet {prefix}USER en {prefix}PASSWORD (of {prefix}TOKEN) in de omgeving.",
                f"Set {prefix}USER and {prefix}PASSWORD (or {prefix}TOKEN) in the environment instead.",
            ),
        )
    return Address(url, kind, parts)


def without_secrets(url: str) -> str:
    """The address without its user, password and query. A password may hold any sign, so all before the last @ goes."""
    return re.sub(r"\?.*", "?***", re.sub(r"://.*@", "://***@", url)) if "://" in url else url


def reach(place: Address, environment: Mapping[str, str]) -> tuple[FileSystem, str]:
    """A file system of fsspec and the path in it at which the landing zone begins.

    Raises `UsageError` if a package or a file with known hosts is missing, and whatever the file system raises
    if it is already asked something.
    """
    opening = {
        name.removeprefix(PREFIX): value for name, value in environment.items() if name.startswith(PREFIX) and value
    }
    reaching: dict[str, Callable[[Address, dict[str, str]], tuple[FileSystem, str]]] = {
        "sftp": _sftp,
        "webdav": _webdav,
        "sharepoint": _sharepoint,
    }
    try:
        return reaching.get(place.kind, _by_fsspec)(place, opening)
    except ImportError:
        extra = f"pip install 'kwaliteitsmonitor[{place.kind}]'"
        raise UsageError(
            Words(
                f"het pakket dat {place.parts.scheme}:// leest, is niet geïnstalleerd",
                f"the package that reads {place.parts.scheme}:// is not installed",
            ),
            where=Words("aanleverzone", "landing zone"),
            remedy=Words(f"Installeer het: `{extra}`.", f"Install it: `{extra}`.")
            if place.kind != "other"
            else Words(
                "Installeer het bestandssysteem van fsspec ervoor.", "Install the file system of fsspec for it."
            ),
        ) from None


def _options(names: Mapping[str, str], opening: Mapping[str, str]) -> dict[str, object]:
    """The options of a file system that our variables give; the others are left to fsspec's own configuration."""
    return {option: opening[name] for name, option in names.items() if name in opening}


def _sftp(place: Address, opening: dict[str, str]) -> tuple[FileSystem, str]:
    from fsspec.config import conf

    sshfs = import_module("sshfs")

    options = {**conf.get("ssh", {}), **conf.get("sftp", {}), **_options(SETTINGS["sftp"], opening)}
    if place.parts.username:
        options["username"] = unquote(place.parts.username)
    if "password" in options:
        options.setdefault("client_keys", None)  # not one's own keys first: servers count those as failed attempts
    known = Path(opening.get("KNOWN_HOSTS") or options.get("known_hosts") or "~/.ssh/known_hosts").expanduser()
    if not known.is_file():
        raise UsageError(
            Words("de hostsleutel van de server is niet bekend", "the host key of the server is not known"),
            where=str(known),
            expected=Words(
                "een bestand met hostsleutels, zoals OpenSSH het bewaart",
                "a file with host keys, as OpenSSH keeps it",
            ),
            remedy=Words(
                f"Vraag de sleutel van de server, zet die in dat bestand, of noem een ander met {PREFIX}KNOWN_HOSTS.",
                f"Ask for the key of the server, put it in that file, or name another by {PREFIX}KNOWN_HOSTS.",
            ),
        )
    options |= {"known_hosts": str(known), "connect_timeout": CONNECT_SECONDS, "login_timeout": 2 * CONNECT_SECONDS}
    options |= {"keepalive_interval": 15, "skip_instance_cache": True}
    if place.parts.port:
        options["port"] = place.parts.port
    return sshfs.SSHFileSystem(place.parts.hostname, **options), unquote(place.parts.path) or "/"


def _webdav(place: Address, opening: dict[str, str]) -> tuple[FileSystem, str]:
    httpx, webdav = import_module("httpx"), import_module("webdav4.fsspec")

    encrypted = place.parts.scheme.lower() in ENCRYPTED
    if not encrypted and place.parts.hostname not in LOOPBACK:
        raise UsageError(
            Words(
                "een wachtwoord zou leesbaar over het netwerk gaan",
                "a password would go over the network for all to read",
            ),
            where=place.url,
            expected=Words("webdav+https://", "webdav+https://"),
            remedy=Words(
                "Alleen een server op deze machine wordt zonder versleuteling bereikt.",
                "Only a server on this machine is reached without encryption.",
            ),
        )
    user = opening.get("USER") or unquote(place.parts.username or "")
    options: dict[str, object] = {}
    if "TOKEN" in opening:
        options["headers"] = {"Authorization": f"Bearer {opening['TOKEN']}"}
    elif user:
        options["auth"] = (user, opening.get("PASSWORD", ""))
    host = place.parts.netloc.rpartition("@")[2]
    base = f"{'https' if encrypted else 'http'}://{host}{place.parts.path.rstrip('/')}/"
    waiting = httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS)
    return webdav.WebdavFileSystem(base, timeout=waiting, retry=False, skip_instance_cache=True, **options), ""


def _sharepoint(place: Address, opening: dict[str, str]) -> tuple[FileSystem, str]:
    return sharepoint.reach(place.url, PREFIX, opening)


def _by_fsspec(place: Address, opening: dict[str, str]) -> tuple[FileSystem, str]:
    import fsspec

    names = PRINCIPAL if place.kind == "azure" and "TENANT" in opening else SETTINGS.get(place.kind, {})
    options = _options(names, opening)
    fresh = {"skip_instance_cache": True, "use_listings_cache": False} if place.kind != "other" else {}
    try:
        filesystem, root = fsspec.core.url_to_fs(place.url, **options, **fresh)
    except ValueError as error:
        if "rotocol not known" not in str(error):
            raise
        kinds = ", ".join(f"{scheme}://" for scheme in ("sftp", "webdav+https", "s3", "abfs", "sharepoint"))
        raise UsageError(
            Words(
                f"een aanleverzone van de soort '{place.parts.scheme}://' bestaat niet",
                f"there is no kind of landing zone '{place.parts.scheme}://'",
            ),
            where=place.url,
            expected=Words(f"een map, of een adres met {kinds}", f"a folder, or an address with {kinds}"),
        ) from None
    return filesystem, root
