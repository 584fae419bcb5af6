"""A landing zone in SharePoint, reached through Microsoft Graph by an application of the institution's Entra ID.

The site and the library are asked for by their own address. The library that does the reading would search for a site
of that name and take the first it finds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from typing import Protocol, Required, TypedDict
from urllib.parse import quote, unquote, urlsplit

from kwaliteitsmonitor.foundation.filesystem import FileSystem
from schemas.errors import UsageError
from schemas.words import Words

GRAPH = "https://graph.microsoft.com/v1.0"
LOGIN = "https://login.microsoftonline.com"
FORM = "sharepoint://uni.sharepoint.com/sites/site/library/folder"


class _Drive(TypedDict, total=False):
    id: Required[str]
    name: Required[str]
    webUrl: str


_Page = TypedDict("_Page", {"value": Sequence[_Drive], "@odata.nextLink": str}, total=False)


class _Answer(Protocol):
    def json(self) -> _Page: ...


class _Asking(Protocol):
    def msgraph_get(self, url: str) -> _Answer: ...


def reach(url: str, prefix: str, opening: Mapping[str, str]) -> tuple[FileSystem, str]:
    """The file system of a library, and the folder in it that an address names.

    `given` holds `TENANT`, `USER` and `PASSWORD`: the directory, the application's id and its secret. A national
    cloud has its own `ENDPOINT` for Graph, and its own `TENANT`, which is then the whole address that gives tokens.
    Raises `UsageError` if one is missing or the site has no such library.
    """
    graphfs = import_module("msgraphfs")
    host, kind, site, library, folder = _parts(url)
    lacking = [prefix + name for name in ("TENANT", "USER", "PASSWORD") if name not in opening]
    if lacking:
        raise UsageError(
            Words(
                "SharePoint wordt gelezen door een toepassing die bij Entra ID van de instelling is geregistreerd",
                "SharePoint is read by an application that is registered with the institution's Entra ID",
            ),
            where=url,
            expected=", ".join(lacking),
            remedy=Words(
                "Zet daarin de directory, de id van de toepassing en haar geheim.",
                "Set them to the directory, the application's id and its secret.",
            ),
        )
    graph, tenant = opening.get("ENDPOINT", GRAPH).rstrip("/"), opening["TENANT"]
    door = {
        "client_id": opening["USER"],
        "client_secret": opening["PASSWORD"],
        "token_endpoint": tenant if "://" in tenant else f"{LOGIN}/{tenant}/oauth2/v2.0/token",
        "scope": f"{'/'.join(graph.split('/')[:3])}/.default",
        "grant_type": "client_credentials",
    }
    asking = graphfs.MSGDriveFS(drive_id="-", oauth2_client_params=door, skip_instance_cache=True)
    drives = list(_drives(asking, f"{graph}/sites/{host}:/{kind}/{quote(site)}:/drives"))
    identity = next((drive["id"] for drive in drives if library in _names(drive)), None)
    if identity is None:
        there = ", ".join(sorted(drive["name"] for drive in drives))
        raise UsageError(
            Words(f"de site heeft geen bibliotheek '{library}'", f"the site has no library '{library}'"),
            where=url,
            expected=Words(f"een van {there}", f"one of {there}"),
        )
    filesystem = graphfs.MSGDriveFS(drive_id=identity, oauth2_client_params=door, skip_instance_cache=True)
    filesystem.drive_url = f"{graph}/drives/{identity}"
    return filesystem, f"/{folder}" if folder else ""


def _parts(url: str) -> tuple[str, str, str, str, str]:
    parts = urlsplit(url)
    names = [unquote(part) for part in parts.path.strip("/").split("/")]
    if not parts.hostname or len(names) < 3 or names[0] not in ("sites", "teams"):
        raise UsageError(
            Words("het adres noemt geen site en bibliotheek", "the address names no site and library"),
            where=url,
            expected=FORM,
        )
    return parts.hostname, names[0], names[1], names[2], "/".join(names[3:])


def _drives(filesystem: _Asking, url: str) -> Iterator[_Drive]:
    page: str | None = url
    while page:
        answer = filesystem.msgraph_get(page).json()
        yield from answer.get("value", [])
        page = answer.get("@odata.nextLink")


def _names(drive: _Drive) -> tuple[str, str]:
    """The names of a library: the one that is shown, and the one in its address."""
    return drive.get("name", ""), unquote(drive.get("webUrl", "").rstrip("/").rpartition("/")[2])
