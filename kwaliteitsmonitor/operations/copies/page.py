"""The page of a mirror that leads a reader to the reports that count. Dutch first, English beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

_STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;margin:2rem auto;max-width:50rem;padding:0 1rem;"
    "color:#1a1a1a;background:#fff}table{border-collapse:collapse;width:100%}"
    "th,td{text-align:left;padding:.4rem .8rem .4rem 0;"
    "border-bottom:1px solid #767676;vertical-align:top}a{color:#00458b}.en{color:#595959}"
)
_STATUS = {"final": ("definitief", "final"), "draft": ("concept", "draft")}


@dataclass(frozen=True)
class Pointer:
    """What `current/<cycle>.json` in a mirror says: which release of a cycle counts, and how to show it.

    `path` is its folder in the mirror, `manifest` the hash of its manifest, `about` what the manifest says of the
    institution, `reports` the names of its reports.
    """

    cycle: str
    version: str
    path: str
    manifest: str
    institution: str
    about: Mapping[str, str]
    reporting_year: int
    status: str
    reports: Sequence[str]


def page(institution: str, pointers: Sequence[Pointer]) -> bytes:
    """The page over what counts, a row per cycle in the order given. All that came from a file is escaped."""
    about = pointers[0].about if pointers else {}
    nl, en = escape(about.get("nl", institution)), escape(about.get("en", institution))
    plan_nl, plan_en = (
        escape(f"{word[:1].upper()}{word[1:]}")
        for word in (about.get("plan_nl", "kwaliteitsafspraken"), about.get("plan_en", "quality agreements"))
    )
    rows = "".join(_row(pointer) for pointer in pointers)
    return (
        '<!doctype html>\n<html lang="nl"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{plan_nl} {nl}</title><style>{_STYLE}</style></head><body><main>"
        f'<h1>{plan_nl} {nl}</h1><p class="en" lang="en">{plan_en} of {en}</p>'
        '<table><thead><tr><th scope="col">Cyclus <span class="en" lang="en">Cycle</span></th>'
        '<th scope="col">Verslagjaar <span class="en" lang="en">Year</span></th>'
        '<th scope="col">Uitgave <span class="en" lang="en">Release</span></th>'
        '<th scope="col">Rapport <span class="en" lang="en">Report</span></th></tr></thead>'
        f"<tbody>{rows}</tbody></table></main></body></html>\n"
    ).encode()


def _row(pointer: Pointer) -> str:
    nl, en = _STATUS.get(pointer.status, (pointer.status,) * 2)
    links = ", ".join(_link(pointer.path, name) for name in pointer.reports) or "–"
    return (
        f'<tr><th scope="row">{escape(pointer.cycle)}</th><td>{escape(str(pointer.reporting_year))}</td>'
        f'<td>{escape(pointer.version)}, {escape(nl)} <span class="en" lang="en">{escape(en)}</span></td>'
        f"<td>{links}</td></tr>"
    )


def _link(folder: str, name: str) -> str:
    shown = name.rpartition("/")[2].partition(".")[2]
    return f'<a href="{escape(quote(f"{folder}/{name}"), quote=True)}">{escape(shown)}</a>'
