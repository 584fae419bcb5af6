"""The `new-institution` command: write a profile for an institution that has none."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypedDict, TypeVar, Unpack

import click

if TYPE_CHECKING:
    from pipelines.new_institution import Answers, Language, NewUnit, Sector
    from schemas.profile import Profile

T = TypeVar("T")
Code = TypeVar("Code", bound=str)


class Given(TypedDict):
    """What is given as options; an empty text was not."""

    nl: str
    en: str
    sector: str
    units: tuple[str, ...]
    first_year: str
    last_year: str
    languages: str
    identity: str


class Ask(Protocol):
    """Asks a question, with the answer that counts if nothing is said and what makes something of an answer."""

    def __call__(self, question: str, default: str, made: Callable[[str], T], /) -> T:
        """The answer, as `made` makes it."""


@click.command(name="new-institution")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--name-nl", "nl", default="", metavar="NAME", help="The institution's name in Dutch.")
@click.option("--name-en", "en", default="", metavar="NAME", help="The same in English.")
@click.option("--sector", default="", type=click.Choice(["wo", "hbo", ""]), metavar="wo|hbo", help="Its sector.")
@click.option(
    "--unit", "units", multiple=True, metavar="UNIT", help="A unit, as LAW or 'LAW: Dutch / English'; once for each."
)
@click.option("--first-year", default="", metavar="YYYY", help="The first year of the plan.")
@click.option("--last-year", default="", metavar="YYYY", help="The last year of the plan.")
@click.option("--languages", default="", metavar="nl,en", help="Languages of the report, the first one first.")
@click.option("--id", "identity", default="", metavar="ID", help="Its short name.  [default: made of the Dutch name]")
@click.option("--yes", is_flag=True, help="Ask nothing: what is not given has its default.")
@click.option("--debug", is_flag=True, help="Show the trace of an error.")
def new_institution(folder: Path, yes: bool, debug: bool, **options: Unpack[Given]) -> int:
    r"""Write a profile for an institution that has none, with comments that say what to decide.

    It asks a few things, each of which can be given as an option, and writes a folder that works at once: national
    themes, an example of a measure for each, the feeds and the indicators of the field.

    \b
    Examples:
      kwaliteitsmonitor new-institution our-profile
      kwaliteitsmonitor new-institution our-profile --sector hbo --yes
      kwaliteitsmonitor new-institution our-profile --sector wo --unit "LAW: Rechten / Law" --unit CARE
    """
    del debug
    from pipelines.new_institution import create_profile

    asking = not yes and sys.stdin.isatty()
    profile = create_profile(folder, answers_of(options, _prompt if asking else _default))
    click.echo(f"A profile for {profile.institution.nl}, with {len(profile.units)} units, in {folder}")
    click.echo("Its comments say what to decide. It works as it is; try it with:")
    for command in next_commands(folder, profile):
        click.echo(f"  {command}")
    return 0


def answers_of(options: Given, ask: Ask) -> Answers:
    """The answers that are given as options, and those that `ask` gives to what was not.

    Raises `UsageError` for an answer that cannot be used.
    """
    from pipelines.new_institution import DEFAULT_UNITS, FIRST_YEAR, LAST_YEAR, Answers, unit_of

    def answer(given: str, question: str, default: str, made: Callable[[str], T]) -> T:
        return made(given) if given else ask(question, default, made)

    nl = answer(options["nl"], "Name in Dutch", "Voorbeeldinstelling", str)
    en = answer(options["en"], "Name in English", nl, str)
    sector = answer(options["sector"], "Sector (wo or hbo)", "wo", _sector)
    units = tuple(map(unit_of, options["units"]))
    if not units:
        shown = "; ".join(f"{unit.id}: {unit.nl} / {unit.en}" for unit in DEFAULT_UNITS[sector])
        units = ask("Units, as CODE: Dutch / English, with ; between", shown, _units)
    first = answer(options["first_year"], "First year of the plan", str(FIRST_YEAR), _year)
    last = answer(options["last_year"], "Last year of the plan", str(first + LAST_YEAR - FIRST_YEAR), _year)
    languages = answer(options["languages"], "Languages of the report", "nl,en", _languages)
    return Answers(nl, en, sector, units, first, last, languages, options["identity"])


def next_commands(folder: Path, profile: Profile) -> tuple[str, str, str]:
    """The three commands with which a new profile is tried, as they are typed."""
    from kwaliteitsmonitor.sample.plain import cycles_with, sample_years

    where, landing = shlex.quote(str(folder)), f"landing-{profile.id}"
    cycle = cycles_with(profile, sample_years(profile))[-1]
    return (
        f"kwaliteitsmonitor check-profile {where}",
        f"kwaliteitsmonitor sample --institution {where} --to {landing}",
        f"kwaliteitsmonitor run --institution {where} --landing {landing} --cycle {cycle}",
    )


def _prompt(question: str, default: str, made: Callable[[str], T]) -> T:
    """Ask a person, again if an answer cannot be used."""
    from schemas.errors import UsageError

    def usable(answer: str) -> T:
        try:
            return made(answer)
        except UsageError as error:
            raise click.BadParameter(f"{error.what}; expected {error.expected}") from None

    answer: T = click.prompt(question, default=default, value_proc=usable)
    return answer


def _default(_question: str, default: str, made: Callable[[str], T]) -> T:
    return made(default)


def _units(answer: str) -> tuple[NewUnit, ...]:
    from pipelines.new_institution import unit_of

    return tuple(unit_of(one) for one in answer.split(";") if one.strip())


def _sector(answer: str) -> Sector:
    known: tuple[Sector, ...] = ("wo", "hbo")
    return _one_of(answer, known, "--sector")


def _languages(answer: str) -> tuple[Language, ...]:
    known: tuple[Language, ...] = ("nl", "en")
    return tuple(dict.fromkeys(_one_of(one.strip(), known, "--languages") for one in answer.split(",")))


def _one_of(answer: str, known: tuple[Code, ...], where: str) -> Code:
    from schemas.errors import UsageError

    for code in known:
        if answer.casefold() == code:
            return code
    raise UsageError(f"'{answer}' is none of them", where=where, expected=" or ".join(known))


def _year(answer: str) -> int:
    from schemas.errors import UsageError

    if not (answer.isascii() and answer.isdigit() and 2000 <= int(answer) <= 2100):
        raise UsageError(f"'{answer}' is no year", where="a year of the plan", expected="a year from 2000 to 2100")
    return int(answer)
