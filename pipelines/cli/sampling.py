"""The `sample` command."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from assets.settings import Settings
from schemas.errors import UsageError

MARK = ".kwaliteitsmonitor-sample"
"""A hidden file that says that a folder holds a sample and nothing else, so that it may be replaced."""


def write(settings: Settings, folder: Path, responses: int, seed: int, defects: bool, replace: bool) -> None:
    """Write sample deliveries, showing each file as it is done.

    Raises `UsageError` where the folder holds anything but an earlier sample.
    """
    from assets.indicators.printing import number
    from pipelines.sample import write_sample

    console = Console(stderr=True)
    _make_room(folder, replace)
    with Progress(
        SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=console, transient=True
    ) as progress:
        task = progress.add_task("sample deliveries")

        def done(path: str, rows: int) -> None:
            progress.update(task, description=f"{path}  {number(Decimal(rows), 0, 'nl')} regels")

        made = write_sample(settings.profile, folder, responses=responses, seed=seed, defects=defects, progress=done)
    (folder / MARK).write_text(f"seed {seed}\n", encoding="utf-8")
    years = " and ".join(str(year) for year in made.years)
    Console().print(
        f"{len(made.files)} deliveries for {settings.profile.institution.nl}, reporting years {years}, with "
        f"{number(Decimal(made.responses), 0, 'nl')} answers, in {folder}",
        soft_wrap=True,
    )
    for defect in made.defects:
        Console().print(f"  defect: {defect.description} ({defect.rule})", soft_wrap=True)


def _make_room(folder: Path, replace: bool) -> None:
    if not folder.is_dir() or not any(folder.iterdir()):
        return
    if not (folder / MARK).is_file():
        raise UsageError(
            "the folder is not empty, and what is in it is not a sample",
            where=str(folder),
            remedy="Name another folder.",
        )
    if not replace:
        raise UsageError(
            "there is a sample in this folder already",
            where=str(folder),
            remedy="Add --replace to write over it, or name another folder.",
        )
    shutil.rmtree(folder)
