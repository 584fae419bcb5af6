"""What a command prints: a table for a person, JSON for a program."""

from __future__ import annotations

import json
from collections.abc import Callable

import click
from rich import box
from rich.table import Table

from pipelines.cli.terminal import in_utf8


def new_table(*columns: str, title: str | None = None) -> Table:
    """An empty table as every command prints it: a line under its headings, and no more."""
    return Table(
        *columns,
        title=title,
        box=box.SIMPLE_HEAD,
        title_justify="left",
        title_style="bold",
        pad_edge=False,
        collapse_padding=True,
    )


def print_json(
    data: object, plain: Callable[[object], object] | None = None, clean: Callable[[str], str] = lambda text: text
) -> None:
    """Print data as JSON in UTF-8, whatever the letters of the terminal.

    `plain` makes plain values of those that JSON does not have; `clean` takes out of the text what may not be shown.
    """
    in_utf8()
    click.echo(clean(json.dumps(data, indent=1, ensure_ascii=False, default=plain)))
