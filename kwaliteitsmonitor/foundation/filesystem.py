"""What is asked of a file system on a server, whichever library reaches it: fsspec's methods, with types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import IO, Protocol, Required, TypedDict


class GraphItem(TypedDict, total=False):
    """What Microsoft Graph says of a file."""

    cTag: str


class Info(TypedDict, total=False):
    """What a server says of a file or folder; stamps and tags stand beside this, under names of its own."""

    name: Required[str]
    type: Required[str]
    size: int | None
    islink: bool
    item_info: GraphItem | None


class FileSystem(Protocol):
    """A file system of fsspec. Each method raises what its library raises."""

    def info(self, path: str) -> Info:
        """What the server says of a path."""

    def ls(self, path: str, detail: bool) -> Sequence[Info]:
        """What is in a folder."""

    def find(self, path: str, detail: bool) -> Mapping[str, Info]:
        """Everything under a folder, by its path."""

    def exists(self, path: str) -> bool:
        """Whether there is something at a path."""

    def open(self, path: str, mode: str) -> IO[bytes]:
        """The bytes at a path."""

    def pipe_file(self, path: str, value: bytes) -> None:
        """Put bytes at a path."""

    def put_file(self, lpath: str, rpath: str) -> None:
        """Put a file of this machine at a path."""

    def rm_file(self, path: str) -> None:
        """Remove a file."""

    def invalidate_cache(self) -> None:
        """Forget what was asked before."""
