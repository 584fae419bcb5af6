"""The `sample` command."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from kwaliteitsmonitor.foundation.settings import Settings
from pipelines.cli.options import SampleOptions
from schemas.errors import UsageError

MARK = ".kwaliteitsmonitor-sample"
"""A hidden file that says that a folder holds a sample and nothing else, so that it may be replaced."""
PUBLISHED_RESPONSES = 200_000
PLAIN_RESPONSES = 5_000
"""Answers to evaluations if no number of them is given."""


def write(settings: Settings, sample: SampleOptions) -> None:
    """Write sample deliveries, showing each file as it is done.

    An institution whose profile says what its sample adds up to (a folder `sample`) gets that; another one gets a plain
    sample, made from its feeds. Raises `UsageError` if the folder holds anything but an earlier sample, and for an
    option that the sample of this institution does not have.
    """
    if (settings.profile.folder / "sample").is_dir():
        _write_published(settings, sample)
    else:
        _write_plain(settings, sample)


def _write_published(settings: Settings, sample: SampleOptions) -> None:
    from kwaliteitsmonitor.sample import write_sample

    if sample.years or sample.cycle:
        raise UsageError(
            f"the sample of {settings.profile.id} is about years of its own",
            where="--years" if sample.years else "--cycle",
            remedy="Leave the option out.",
        )
    _make_room(sample.folder, sample.replace)
    answers = PUBLISHED_RESPONSES if sample.responses is None else sample.responses
    with _whole(sample.folder), _showing() as done:
        made = write_sample(
            settings.profile, sample.folder, responses=answers, seed=sample.seed, defects=sample.defects, progress=done
        )
    _mark(sample.folder, sample.seed)
    years = " and ".join(str(year) for year in made.years)
    Console().print(
        f"{len(made.files)} deliveries for {settings.profile.institution.nl}, reporting years {years}, with "
        f"{_count(made.responses)} answers, in {sample.folder}",
        soft_wrap=True,
    )
    for defect in made.defects:
        Console().print(f"  defect: {defect.description} ({defect.rule})", soft_wrap=True)


def _write_plain(settings: Settings, sample: SampleOptions) -> None:
    from kwaliteitsmonitor.sample.plain import cycles_with, sample_years, write_plain_sample

    profile = settings.profile
    if sample.defects:
        raise UsageError(
            f"no defects are known for the sample of {profile.id}",
            where="--defects",
            remedy="Leave the option out, and spoil a file yourself.",
        )
    years = sample_years(profile, years=sample.years, cycle=sample.cycle)
    _make_room(sample.folder, sample.replace)
    answers = PLAIN_RESPONSES if sample.responses is None else sample.responses
    with _whole(sample.folder), _showing() as done:
        made = write_plain_sample(profile, sample.folder, years, seed=sample.seed, responses=answers, progress=done)
    _mark(sample.folder, sample.seed)
    shown = f"{made.years[0]}" if len(made.years) == 1 else f"{made.years[0]}-{made.years[-1]}"
    cycles = cycles_with(profile, made.years)
    Console().print(
        f"{len(made.files)} deliveries for {profile.institution.nl}, reporting years {shown}, in {sample.folder}",
        soft_wrap=True,
    )
    if cycles:
        Console().print(f"They are what these cycles read: {', '.join(cycles)}", soft_wrap=True)


@contextmanager
def _whole(folder: Path) -> Iterator[None]:
    """Leave a whole sample in an empty folder, or nothing: half a one would stand in the way of the next."""
    try:
        yield
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


@contextmanager
def _showing() -> Iterator[Callable[[str, int], None]]:
    """Show each file as it is done; what is given is to be called with its path and its number of rows."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("sample deliveries")
        yield lambda path, rows: progress.update(task, description=f"{path}  {_count(rows)} rijen")


def _count(number_of: int) -> str:
    from kwaliteitsmonitor.methods.figures.printing import number

    return number(Decimal(number_of), 0, "nl")


def _mark(folder: Path, seed: int) -> None:
    (folder / MARK).write_text(f"seed {seed}\n", encoding="utf-8")


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
