"""Importing modules of other packages at their first use instead of at the `import` statement.

A large library imports all that any of its functions may need. Where a process uses a few of them, importing the rest
can take longer than its work.
"""

from __future__ import annotations

import sys
from collections.abc import Collection
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import LazyLoader, find_spec


class _Deferred(MetaPathFinder):
    """Finds modules of these names as other finders do, and has them run at their first use."""

    def __init__(self, names: Collection[str]) -> None:
        self._names = frozenset(names)

    def find_spec(self, fullname: str, *_: object) -> ModuleSpec | None:
        if fullname not in self._names:
            return None
        sys.meta_path.remove(self)
        try:
            spec = find_spec(fullname)
        finally:
            sys.meta_path.insert(0, self)
        if spec is not None and spec.loader is not None:
            spec.loader = LazyLoader(spec.loader)
        return spec


def defer(names: Collection[str]) -> None:
    """Have modules of these full names (`scipy.stats`) run at the first use of one of their attributes.

    An error of such an import is raised at that use. For the whole process, and not for what it imported before.
    """
    sys.meta_path.insert(0, _Deferred(names))


def leave_out(names: Collection[str]) -> None:
    """Have packages of these names be as if they were not installed, in this process."""
    for name in names:
        sys.modules.setdefault(name, None)  # type: ignore[arg-type] # what Python keeps for "there is none"
