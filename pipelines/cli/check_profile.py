"""The commands about a profile itself: `check-profile` tells what is wrong with one, `migrate-profile` renews it."""

from __future__ import annotations

import json
import sys
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click

from schemas.errors import UsageError
from schemas.problems import Problem

if TYPE_CHECKING:
    from rich.console import Console

    from schemas.profile.summary import Summary
    from schemas.words import Words

WRONG = 2
"""The exit code of a profile with problems."""


@click.command("check-profile")
@click.argument("profile", metavar="NAME|FOLDER")
@click.option("--json", "as_json", is_flag=True, help="As JSON, for an editor or a program.")
@click.option("--schemas", default="", metavar="DIR", help="Write the JSON Schemas for editors into a folder as well.")
@click.option("--debug", is_flag=True, help="Show the trace of an error.")
def check_profile(profile: str, as_json: bool, schemas: str, debug: bool) -> int:
    r"""Check the profile of an institution: every problem at once, or what it holds.

    Each problem names the file, the line and the key, what was found, what was expected, and what was likely meant.
    Exit code 0 says that the profile is fine, 2 that it is not.

    \b
    Examples:
      kwaliteitsmonitor check-profile institutions/mine
      kwaliteitsmonitor check-profile institutions/mine --json
      kwaliteitsmonitor check-profile institutions/mine --schemas institutions/mine/schemas
    """
    del debug
    from schemas.profile.loading import load_profile, read_profile
    from schemas.profile.migrations import version_of
    from schemas.profile.summary import summary

    folder = folder_of(profile)
    if schemas:
        _write_schemas(Path(schemas))
    _, problems = read_profile(folder)
    held = None if problems else summary(load_profile(folder), version_of(_texts(folder)))
    wanted = None if problems else _courses_question(str(folder))
    if as_json:
        report = {"folder": str(folder), "problems": [_plain(one) for one in problems]}
        asks = {"asks": [vars(wanted)]} if wanted else {}
        json.dump(report | ({"holds": held.as_data()} if held else {}) | asks, sys.stdout, ensure_ascii=False, indent=1)
        sys.stdout.write("\n")
    elif held:
        _tell(held, folder)
        if wanted:
            click.echo(f"\n{wanted.en}")
    else:
        _list(problems, folder)
    return WRONG if problems else 0


def _courses_question(folder: str) -> Words | None:
    """The question of the last run: which courses several people teach, if many cells are about one course."""
    from kwaliteitsmonitor.foundation.settings import Settings
    from kwaliteitsmonitor.methods.disclosure.outlook import courses_question, newest
    from schemas.errors import KwaliteitsmonitorError

    settings = Settings.from_environment(institution=folder)
    try:
        return courses_question(newest(settings.workspace, settings.profile))
    except (KwaliteitsmonitorError, OSError):
        return None  # the folder of another institution, or no folder: nothing was run to learn from


@click.command("migrate-profile")
@click.argument("profile", metavar="NAME|FOLDER")
@click.option("--write", is_flag=True, help="Rewrite the files.  [default: show what would change]")
@click.option("--debug", is_flag=True, help="Show the trace of an error.")
def migrate_profile(profile: str, write: bool, debug: bool) -> int:
    r"""Rewrite a profile in an older format to that of today; shows what would change first.

    Only what the format changed is rewritten: order, comments and everything else stay as they are. What had to be
    assumed is listed, for a person to decide.

    \b
    Examples:
      kwaliteitsmonitor migrate-profile institutions/mine
      kwaliteitsmonitor migrate-profile institutions/mine --write
    """
    del debug
    from rich.console import Console

    from schemas.profile.institution import FORMAT
    from schemas.profile.migrations import FIRST, to_decide, upgraded, version_of

    folder, console = folder_of(profile), Console(highlight=False, soft_wrap=True)
    before = _texts(folder)
    version = version_of(before)
    if version == FORMAT:
        console.print(f"{folder}: is in format {FORMAT} already; nothing to do.", markup=False)
        return 0
    if not FIRST <= version <= FORMAT:
        raise UsageError(
            f"format {version} is not known here",
            where=str(folder / "profile.yaml"),
            expected=f"a format from {FIRST} to {FORMAT}",
            remedy="Install a newer version of kwaliteitsmonitor." if version > FORMAT else "",
        )
    after = upgraded(before, version)
    changed = [name for name in before if before[name] != after[name]]
    for name in changed:
        _show(console, name, before[name], after[name])
    if write:
        _rewrite(folder, {name: after[name] for name in changed})
    for one in to_decide(before, version):
        console.print(f"\nTo decide: {one.file}, line {one.line}: {one.key}: assumed {one.assumed}", markup=False)
    files = "1 file" if len(changed) == 1 else f"{len(changed)} files"
    next_step = "Look at it with check-profile." if write else "Do so with --write."
    done = f"{files} {'rewritten' if write else 'to be rewritten'}, from format {version} to {FORMAT}. {next_step}"
    console.print(f"\n{folder}: {done}", markup=False)
    return 0


def _texts(folder: Path) -> dict[str, str]:
    """The text of each YAML file of a profile, to the byte. Raises `UsageError` if one is no UTF-8 or too deep."""
    from schemas.profile.documents import too_deep
    from schemas.profile.files import FILES, Form

    names = [file.name for file in FILES if file.form is not Form.ROWS and (folder / file.name).is_file()]
    try:
        texts = {name: (folder / name).read_bytes().decode("utf-8") for name in names}
    except UnicodeDecodeError as error:
        raise UsageError(
            "a file is not readable as text",
            where=str(folder),
            expected="UTF-8",
            remedy="`kwaliteitsmonitor check-profile` says which.",
        ) from error
    for name, text in texts.items():
        if (deep := too_deep(name, text)) is not None:
            raise UsageError(deep.actual, where=f"{folder / name}, line {deep.line}", expected=deep.expected)
    return texts


def _rewrite(folder: Path, texts: dict[str, str]) -> None:
    """Write files so that each is the old one or the new one, and the format is said to be new only at the end."""
    for name in sorted(texts, key=lambda name: name == "profile.yaml"):
        beside = folder / f".{name}.new"
        beside.write_bytes(texts[name].encode("utf-8"))
        beside.replace(folder / name)


def _write_schemas(folder: Path) -> None:
    """Write the JSON Schema of each file of a profile into a folder. Raises `UsageError` if that cannot be."""
    from schemas.exports.profile_schema import profile_schemas

    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, schema in profile_schemas().items():
            (folder / name).write_text(json.dumps(schema, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as error:
        raise UsageError(
            "the schemas cannot be written here", where=str(folder), expected="a folder that can be written to"
        ) from error


def folder_of(profile: str) -> Path:
    """A folder as given, with a profile in it or what should become one; or that of a profile that comes along.

    Raises `UsageError` if there is neither.
    """
    from schemas.profile.files import FILES
    from schemas.profile.loading import profile_folder

    folder = Path(profile)
    if folder.is_dir() and any((folder / file.name).is_file() for file in FILES):
        return folder
    return profile_folder(profile)


def _plain(problem: Problem) -> dict[str, str | int]:
    from dataclasses import asdict

    # Programs that read the output know `actual` as `found`.
    return {"found" if name == "actual" else name: value for name, value in asdict(problem).items()}


def _list(problems: list[Problem], folder: Path) -> None:
    """The problems by file, each with its line and key, and below that what was found and expected."""
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    console = Console(highlight=False)
    for file, of_file in groupby(problems, key=lambda one: one.file):
        console.print(Text(f"{folder / file}", style="bold"), soft_wrap=True)
        for one in of_file:
            head = Text("  ✗ ", style="red")
            head.append(f"line {one.line}  " if one.line else "", style="dim")
            console.print(head.append(one.key, style="cyan"), soft_wrap=True)
            body = Text(one.actual)
            for part in (f"expected {one.expected}" if one.expected else "", one.hint):
                body.append(f"\n{part}" if part else "", style="green" if part == one.hint else "")
            console.print(Padding(body, (0, 0, 0, 6)))
        console.print()
    count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
    console.print(Text(f"{folder}: {count}.", style="bold red"), soft_wrap=True)


def _tell(held: Summary, folder: Path) -> None:
    """What a profile holds, a line for each part."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False)
    console.print(Text(f"{folder}: no problems.", style="bold green"), soft_wrap=True)
    console.print(Text(f"{held.name}, {held.years}\n"))
    table = Table.grid(padding=(0, 2))
    table.add_column(justify="right", style="bold")
    table.add_column(no_wrap=True)
    table.add_column(style="dim")
    for what, count, names in held.parts:
        table.add_row(str(count), what, Text(names))
    console.print(table)
    if held.notes:
        console.print("\nWorth a look:")
        notes = Table.grid(padding=(0, 1))
        for note in held.notes:
            notes.add_row(" ·", Text(note))
        console.print(notes)


def _show(console: Console, name: str, before: str, after: str) -> None:
    """What changes in a file, line by line."""
    import difflib

    from rich.text import Text

    styles = {"+": "green", "-": "red", "@": "cyan"}
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), name, name, n=1, lineterm="")
    for line in lines:
        console.print(Text(line, style=styles.get(line[:1], "")))
