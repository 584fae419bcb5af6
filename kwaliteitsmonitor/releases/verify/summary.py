"""What computing a release again showed, in sentences: what was made otherwise, what that explains, what differs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from kwaliteitsmonitor.releases.format.manifest import Manifest
from kwaliteitsmonitor.releases.verify.comparing import SHOWN, Comparison

FIGURES_SHOWN = 40
"""So many lines about figures; all of them by `diff`, over the release that `verify --keep` leaves."""


def sentences(result: Comparison, made_by: Manifest) -> Iterator[str]:
    """The sentences, the differences last; `made_by` is the manifest of the release."""
    for other in result.made_otherwise:
        yield f"Made otherwise, so that values are compared and not bytes: {other}."
    if result.not_compared:
        yield f"Not compared, for they have no values: {', '.join(result.not_compared)}."
    if result.same_values:
        yield f"Other bytes with the same values, as other code or libraries write them: {_some(result.same_values)}."
    if result.close:
        yield f"Closer than is ever printed, as other code or libraries add up: {_some(list(map(str, result.close)))}."
    if result.since:
        yield f"Made now, and not yet when the release was made: {_some(result.since)}."
    if result.holds:
        same = "the same values" if result.made_otherwise else "the same bytes"
        yield f"Computed again from the bytes received, it has {same}."
        return
    yield from _figures(result)
    yield from (f"{difference}." for difference in result.differences)
    if result.made_otherwise:
        yield _remedy(made_by)


def _figures(result: Comparison) -> Iterator[str]:
    if result.figures is None:
        return
    if not result.figures.figures:
        yield f"No figure is another: {result.figures.compared} were compared. What differs is told beside them:"
        return
    from kwaliteitsmonitor.releases.diff.forms import as_text

    lines = as_text(result.figures, "en")
    next(lines)  # which two are compared: here a release and itself
    yield f"Of {result.figures.compared} figures {len(result.figures.figures)} are others when they are computed again:"
    yield from islice(lines, FIGURES_SHOWN)
    if next(lines, None) is not None:
        yield "  … all of them: verify with --keep FOLDER, and diff the release with that folder."


def _remedy(made_by: Manifest) -> str:
    """How to tell what other code and libraries do from what was done to the release."""
    libraries = made_by.libraries
    versions = ", ".join(f"{name} {libraries[name]}" for name in ("python", "duckdb", "pyarrow") if name in libraries)
    return (
        "Whether the code and libraries changed or the release did, those that made it can tell: install "
        f"kwaliteitsmonitor {made_by.code} with its lock ({versions}, …) and verify again. "
        "Where the release holds then, it is what was published, and the differences are between then and now."
    )


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return f"{', '.join(names[:SHOWN])}{more}"
