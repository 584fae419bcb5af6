"""A chart of how runs went over the years: how long, how many rows, what part was set aside, how much memory.

Four small panels on the same axis of time, with a dot per run. The figures themselves stand in the table beneath it,
and what the chart shows is reported in words, for who cannot see it.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from kwaliteitsmonitor.methods.figures.printing import number
from kwaliteitsmonitor.operations.metrics.records import CUT_OFF, Run
from kwaliteitsmonitor.releases.report.charts import svg
from kwaliteitsmonitor.releases.report.charts.specifications import SCHEMA, Spec
from kwaliteitsmonitor.releases.report.document.model import Chart
from schemas.words import Words

WIDTH = 460
HEIGHT = 90
MIB = 1 << 20
CAPTION = Words("Hoe de cycli liepen", "How the cycles went")


@dataclass(frozen=True)
class Measure:
    """What is measured of a run: its name with its unit, and the figure."""

    name: Words
    of: Callable[[Run], float]
    decimals: int = 0


MEASURES = (
    Measure(Words("duur (seconden)", "duration (seconds)"), lambda run: run.seconds, 1),
    Measure(Words("ontvangen rijen", "rows received"), lambda run: run.rows.received),
    Measure(Words("apart gezet (% van ontvangen)", "set aside (% of received)"), lambda run: set_aside(run) * 100, 2),
    Measure(Words("geheugen (MiB)", "memory (MiB)"), lambda run: run.memory / MIB),
)


def set_aside(run: Run) -> float:
    """The part of the rows that was set aside; 0 if there were none."""
    rows = run.rows
    return rows.quarantined / rows.received if rows.received else 0.0


def chart(runs: Sequence[Run], language: str = "nl") -> Chart:
    """The chart of these runs, oldest first."""
    panels: list[Spec] = []
    whole = [run for run in runs if run.outcome != CUT_OFF]
    for measure in MEASURES:
        data: list[Spec] = [
            {"moment": run.started[:19], "value": round(measure.of(run), 3), "which": f"{run.cycle} {run.outcome}"}
            for run in whole
        ]
        x: Spec = {"field": "moment", "type": "temporal", "axis": {"title": None, "grid": False, "format": "%Y-%m-%d"}}
        axis: Spec = {"title": None, "tickCount": 3}
        y: Spec = {"field": "value", "type": "quantitative", "scale": {"zero": True}, "axis": axis}
        panels.append(
            {
                "title": measure.name.in_language(language),
                "data": {"values": data},
                "width": WIDTH,
                "height": HEIGHT,
                "layer": [
                    {"mark": {"type": "line", "style": "path"}, "encoding": {"x": x, "y": y}},
                    {"mark": {"type": "point", "style": "now"}, "encoding": {"x": x, "y": y}},
                ],
            }
        )
    specification: Spec = {"$schema": SCHEMA, "vconcat": panels, "resolve": {"scale": {"x": "shared"}}}
    return Chart("runs", CAPTION.in_language(language), in_words(runs, language), specification, "runs-table")


def in_words(runs: Sequence[Run], language: str = "nl") -> str:
    """What the chart shows: per measure the first, the last and the highest."""
    if not runs:
        return Words("Er zijn nog geen runs vastgelegd.", "No runs are recorded yet.").in_language(language)
    clauses = []
    for measure in MEASURES:
        values = [measure.of(run) for run in runs]
        shown = [_number(one, measure.decimals, language) for one in (values[0], values[-1], max(values))]
        words = Words(
            f"{measure.name.nl}: eerst {shown[0]}, nu {shown[1]}, hoogste {shown[2]}",
            f"{measure.name.en}: first {shown[0]}, now {shown[1]}, highest {shown[2]}",
        )
        clauses.append(words.in_language(language))
    count = Words(f"{len(runs)} runs. ", f"{len(runs)} runs. ").in_language(language)
    return count + "; ".join(clauses) + "."


def drawing(runs: Sequence[Run], language: str = "nl") -> str:
    """The chart as SVG that stands by itself, with its title and its description."""
    made = chart(runs, language)
    opening, rest = svg(made).split(">", 1)
    texts = f"<title>{html.escape(made.caption)}</title><desc>{html.escape(made.alternative)}</desc>"
    return f'{opening} role="img" aria-label="{html.escape(made.caption)}">{texts}{rest}\n'


def page(runs: Sequence[Run], rows: Sequence[Mapping[str, str]], language: str = "nl") -> str:
    """A page with the chart, what it shows in words, and the table of the figures."""
    made = chart(runs, language)
    names = list(rows[0]) if rows else []
    head = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in names)
    body = "".join("<tr>" + "".join(f"<td>{html.escape(row[name])}</td>" for name in names) + "</tr>\n" for row in rows)
    picture = drawing(runs, language) if runs else ""
    title = html.escape(made.caption)
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{title}</title>\n'
        f"<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n"
        f"<figure>\n{picture}<figcaption>{html.escape(made.alternative)}</figcaption>\n</figure>\n"
        f'<div class="wide" tabindex="0" role="region" aria-label="{title}">\n<table id="runs-table">\n'
        f"<caption>{title}</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n</table>\n</div>\n"
        "</main>\n</body>\n</html>\n"
    )


_STYLE = (
    "body{font:16px/1.5 'Liberation Sans',Arial,sans-serif;color:#1f2933;background:#fff;max-width:60rem;"
    "margin:2rem auto;padding:0 1rem}svg{max-width:100%;height:auto}figure{margin:0}figcaption{color:#52606d}"
    ".wide{overflow-x:auto}table{border-collapse:collapse;margin-top:1.5rem;font-variant-numeric:tabular-nums}"
    "caption{text-align:left;font-weight:bold}th,td{text-align:left;padding:.25rem .75rem .25rem 0;"
    "border-bottom:1px solid #d9dee3;white-space:nowrap}"
)


def table(runs: Sequence[Run], language: str = "nl") -> list[dict[str, str]]:
    """The figures of runs as they are shown, a row for each, newest last."""
    names = [
        Words("begonnen", "started"),
        Words("taak", "job"),
        Words("cyclus", "cycle"),
        Words("uitgave", "release"),
        Words("uitkomst", "outcome"),
        *(measure.name for measure in MEASURES),
        Words("langste stap", "longest step"),
        Words("versie", "version"),
    ]
    return [dict(zip([name.in_language(language) for name in names], _row(run, language), strict=True)) for run in runs]


def _row(run: Run, language: str) -> list[str]:
    longest = max(run.steps.items(), key=lambda step: step[1], default=("", 0.0))
    step = f"{longest[0]} {_number(longest[1], 1, language)}" if longest[0] else ""
    return [
        _moment(run.started),
        run.job,
        run.cycle,
        run.release,
        run.outcome,
        *(_number(measure.of(run), measure.decimals, language) for measure in MEASURES),
        step,
        f"{run.version} {run.code}".strip(),
    ]


def _moment(started: str) -> str:
    try:
        return f"{datetime.fromisoformat(started):%Y-%m-%d %H:%M}"
    except ValueError:
        return started


def _number(value: float, decimals: int, language: str) -> str:
    from decimal import Decimal

    return number(Decimal(repr(float(value))), decimals, "en" if language == "en" else "nl")
