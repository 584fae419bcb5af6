"""The commands, their options and their help. What they do is in the modules beside this one."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from pipelines.cli.backup import backup, restore
from pipelines.cli.check_profile import check_profile, migrate_profile
from pipelines.cli.diff import diff
from pipelines.cli.explain import explain
from pipelines.cli.finalise import finalise
from pipelines.cli.health import health
from pipelines.cli.interruption import Interruption, interruptible
from pipelines.cli.metrics import metrics
from pipelines.cli.mirror import mirror
from pipelines.cli.misuse import demand_text, of_path
from pipelines.cli.new_institution import new_institution
from pipelines.cli.options import (
    SampleOptions,
    WorkbookOptions,
    language_option,
    sample_options,
    settings_options,
    spoken,
    workbook_options,
)
from pipelines.cli.prune import prune
from pipelines.cli.purge import purge
from pipelines.cli.rehearse import rehearse
from pipelines.cli.report import report
from pipelines.cli.sector import sector
from pipelines.cli.settings import settings as settings_command
from pipelines.cli.terminal import CUT_OFF, flushed, is_cut_off, prepare
from pipelines.cli.upgrade import upgrade
from pipelines.cli.verify import verify
from schemas.errors import KwaliteitsmonitorError, StoppedError
from schemas.visible import without_steering

if TYPE_CHECKING:
    from kwaliteitsmonitor.foundation.settings import Settings

CONTEXT = {"help_option_names": ["-h", "--help"], "auto_envvar_prefix": "KWALITEITSMONITOR", "max_content_width": 110}


UNTIL_THEN = "Interrupted. What was done until then is kept or undone; the command can be run again."


class Spoken(click.Group):
    """A group whose commands end in one sentence and the right exit code when something is wrong, not in a trace."""

    def add_command(self, cmd: click.Command, name: str | None = None) -> None:
        """Add a command; see `click.Group.add_command`."""
        _keep_lines(cmd)
        super().add_command(cmd, name)

    def main(self, args: Sequence[str] | None = None, *_more: object, **options: Any) -> Any:
        """Run the command line; see `click.Command.main`."""
        arguments = list(sys.argv[1:] if args is None else args)
        prepare()
        with interruptible() as interruption:
            return self._ended(arguments, interruption, **options)

    def _ended(self, arguments: list[str], interruption: Interruption, **options: Any) -> int:
        try:
            demand_text(arguments, os.environ)
            code: int | None = super().main(arguments, **{**options, "standalone_mode": False})
            return code or 0
        except click.exceptions.Exit as ended:
            return ended.exit_code
        except StoppedError as stopped:
            click.echo(str(stopped), err=True)
            return interruption.exit_code
        except click.Abort:
            click.echo(UNTIL_THEN, err=True)
            return interruption.exit_code
        except SystemExit:  # so click and rich end if nobody reads what they write; nothing else here does
            return CUT_OFF
        except click.ClickException as error:
            error.show()
            return 2
        except KwaliteitsmonitorError as error:
            if "--debug" in arguments:
                raise
            click.echo(f"Error: {without_steering(str(error))}", err=True)
            return error.exit_code
        except Exception as error:
            if is_cut_off(error):
                return CUT_OFF
            if "--debug" in arguments:
                raise
            if known := _known(error):
                click.echo(f"Error: {without_steering(str(known))}", err=True)
                return known.exit_code
            click.echo(
                f"Error: something went wrong that should not ({type(error).__name__}). "
                "Run it again with --debug to see where, and report it.",
                err=True,
            )
            return 1


def _known(error: Exception) -> KwaliteitsmonitorError | None:
    """What an error says of the disk or of Dagster's database, if it comes from there."""
    from kwaliteitsmonitor.foundation.errors.dagster_db import database_error
    from kwaliteitsmonitor.foundation.errors.disk import storage_error

    return of_path(error) or storage_error(error) or database_error(error)


def _keep_lines(command: click.Command) -> None:
    r"""Have examples stand line by line in a help: click wants the character that `\b` is, a raw docstring has two."""
    command.help = (command.help or "").replace(r"\b", "\b")


@click.group(cls=Spoken, context_settings=CONTEXT)
@click.version_option(package_name="kwaliteitsmonitor")
def kwaliteitsmonitor() -> None:
    r"""Account for quality-agreement money: from deliveries to a published release.

    \b
    Examples:
      kwaliteitsmonitor sample --to landing
      kwaliteitsmonitor run --cycle 2021-03 --landing landing
      kwaliteitsmonitor status --cycle 2021-03
      kwaliteitsmonitor template --unit FGW --cycle 2021-03
      kwaliteitsmonitor feedback --unit FGW --cycle 2021-03
      kwaliteitsmonitor query "select indicator, printed_nl from indicator_values where unit is null"

    Every option has an environment variable of the same meaning, such as KWALITEITSMONITOR_LANDING.

    \b
    Exit codes: 0 done; 2 wrong usage or profile; 3 blocked by validation (nothing was replaced);
    4 a source could not be reached; 1 anything else.
    """


_keep_lines(kwaliteitsmonitor)


@kwaliteitsmonitor.command()
@sample_options
@click.option("--institution", metavar="NAME|FOLDER", help="A profile that comes along, or a folder with one.")
@click.option("--debug", is_flag=True, help="Show the trace of an error.")
def sample(institution: str | None, debug: bool, sample: SampleOptions) -> None:
    r"""Write deliveries of whole years: those that an institution's sample adds up to, or plain ones for any profile.

    Where a profile has a folder `sample`, the totals are the published ones. Another profile gets a plain sample, made
    from its feeds: deliveries that are valid and fit each other, of the first two years of the plan unless --years or
    --cycle says otherwise.

    \b
    Examples:
      kwaliteitsmonitor sample --to landing
      kwaliteitsmonitor sample --to landing --responses 10000000
      kwaliteitsmonitor sample --to broken --defects
      kwaliteitsmonitor sample --institution my-profile --cycle 2025-03 --to landing
    """
    del debug
    from kwaliteitsmonitor.foundation.settings import Settings
    from pipelines.cli.sample import write

    write(Settings.from_environment(institution=institution or ""), sample)


@kwaliteitsmonitor.command()
@click.option("--cycle", required=True, metavar="YYYY-MM", help="The cycle to run, as 2021-03.")
@click.option("--reports", default="", metavar="FORMS", help="Forms of the report: html,docx,xlsx,pdf or none.  [all]")
@settings_options
def run(settings: Settings, cycle: str, reports: str) -> int:
    r"""Run a cycle: pull, validate, compute, and publish a release.

    It drives the same Dagster job as the Dagster UI, in one process. Running it again on the same deliveries makes no
    new release.

    \b
    Examples:
      kwaliteitsmonitor run --cycle 2021-03 --landing landing
      kwaliteitsmonitor run --cycle 2021-03 --landing sftp://host/deliveries --out /srv/kwaliteitsmonitor
      kwaliteitsmonitor run --cycle 2021-03 --reports none
    """
    from pipelines.cli.run import run_cycle

    settings = settings.model_copy(update={"reports": reports or settings.reports})
    settings.report_forms  # noqa: B018 - a form that is not made is refused before anything runs
    return run_cycle(settings, cycle)


@kwaliteitsmonitor.command()
@click.option("--from", "first", default="", metavar="YYYY-YYYY", help="The first academic year.  [default: the first]")
@click.option("--until", "last", default="", metavar="YYYY-YYYY", help="The last academic year.  [default: the last]")
@click.option("--unit", default="", metavar="CODE", help="Of this faculty or institute alone; 'all' for central files.")
@click.option("--prune", is_flag=True, help="Remove counts that no delivery is known by any more; count nothing.")
@settings_options
def count(settings: Settings, first: str, last: str, unit: str, prune: bool) -> int:
    r"""Count the evaluations of past years beforehand, a unit of a year at a time.

    What is counted is not read again, by this command or by a cycle; stopped halfway it goes on where it was. The
    Dagster UI does the same with a backfill of evaluations/counts, many runs at once.

    \b
    Examples:
      kwaliteitsmonitor count --from 2018-2019 --until 2020-2021 --landing landing
      kwaliteitsmonitor count --unit FGW
      kwaliteitsmonitor count --prune
    """
    from pipelines.cli.count import count, remove

    return remove(settings) if prune else count(settings, first, last, unit)


@kwaliteitsmonitor.command()
@click.option("--cycle", required=True, metavar="YYYY-MM", help="The cycle, as 2021-03.")
@click.option("--unit", default="", metavar="CODE", help="Of this faculty or institute alone.")
@click.option("--feed", default="", metavar="ID", help="Of this feed alone.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="How to show it.",
)
@language_option
@settings_options
def status(settings: Settings, cycle: str, unit: str, feed: str, form: str, language: str) -> int:
    r"""Show who delivered what: what is missing, late, rejected, corrected, waived or waiting for approval.

    Before anything was taken up it says what is expected of whom, and by when.

    \b
    Examples:
      kwaliteitsmonitor status --cycle 2021-03
      kwaliteitsmonitor status --cycle 2021-03 --unit FGW --feed faculty_report
      kwaliteitsmonitor status --cycle 2021-03 --format json --language en
    """
    from pipelines.cli.status import show_status

    return show_status(settings, cycle, unit=unit, feed=feed, form=form, language=spoken(settings, language))


@kwaliteitsmonitor.command()
@click.option("--cycle", required=True, metavar="YYYY-MM", help="The cycle, as 2021-03.")
@workbook_options
@settings_options
def template(settings: Settings, cycle: str, workbook: WorkbookOptions) -> int:
    r"""Write the workbook that a faculty fills in: a sheet per table, with what is known filled in.

    The file has the name under which it is to be delivered; the first sheet says where, and by when.

    \b
    Examples:
      kwaliteitsmonitor template --unit FGW --cycle 2021-03
      kwaliteitsmonitor template --unit FGW --cycle 2021-03 --language en --to templates/
      kwaliteitsmonitor template --feed spending_plan --cycle 2021-03
    """
    from pipelines.cli.template import write_templates

    return write_templates(settings, cycle, workbook)


@kwaliteitsmonitor.command()
@click.option("--cycle", required=True, metavar="YYYY-MM", help="The cycle, as 2021-03.")
@workbook_options
@settings_options
def feedback(settings: Settings, cycle: str, workbook: WorkbookOptions) -> int:
    r"""Give a faculty its own workbook back, with each cell marked that was not right, and why.

    What is in the landing zone and was not read yet is read first. Mend the cells in the workbook that you get and
    deliver that. Exit code 3 says that something is to be mended, 0 that nothing is.

    \b
    Examples:
      kwaliteitsmonitor feedback --unit FGW --cycle 2021-03 --landing landing
      kwaliteitsmonitor feedback --unit FGW --cycle 2021-03 --to back/
      kwaliteitsmonitor feedback --feed spending_plan --cycle 2021-03
    """
    from pipelines.cli.feedback import write_feedback

    return write_feedback(settings, cycle, workbook)


@kwaliteitsmonitor.command()
@click.option("--cycle", required=True, metavar="YYYY-MM", help="The cycle, as 2021-03.")
@click.option("--on", default="", metavar="YYYY-MM-DD", help="As if it were this day.  [default: today]")
@click.option("--dry-run", is_flag=True, help="Show what would be sent; send nothing and note nothing.")
@settings_options
def remind(settings: Settings, cycle: str, on: str, dry_run: bool) -> int:
    r"""Remind units of what they still have to deliver; each notice goes out once.

    By mail to the mailboxes in the profile (KWALITEITSMONITOR_SMTP_URL names the server), and to a channel of Microsoft
    Teams (KWALITEITSMONITOR_TEAMS_WEBHOOK). Nobody is told that they did not deliver where no run has looked yet.

    \b
    Examples:
      kwaliteitsmonitor remind --cycle 2021-03 --dry-run
      kwaliteitsmonitor remind --cycle 2021-03 --on 2020-12-17 --dry-run
    """
    from pipelines.cli.remind import remind

    return remind(settings, cycle, on, dry_run)


@kwaliteitsmonitor.command()
@click.argument("sql")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv"]),
    default="table",
    show_default=True,
    help="How to show the answer.",
)
@settings_options
def query(settings: Settings, sql: str, form: str) -> int:
    r"""Ask SQL of the current releases: each published table by its name, all cycles together.

    \b
    Examples:
      kwaliteitsmonitor query "select theme, budget, realised from spending_overview where cycle = '2021-03'"
      kwaliteitsmonitor query "show tables"
      kwaliteitsmonitor query --format csv "from indicator_values where unit is null"
    """
    from pipelines.cli.query import answer

    return answer(settings, sql, form)


kwaliteitsmonitor.add_command(backup)
kwaliteitsmonitor.add_command(check_profile)
kwaliteitsmonitor.add_command(diff)
kwaliteitsmonitor.add_command(explain)
kwaliteitsmonitor.add_command(finalise)
kwaliteitsmonitor.add_command(health)
kwaliteitsmonitor.add_command(metrics)
kwaliteitsmonitor.add_command(mirror)
kwaliteitsmonitor.add_command(new_institution)
kwaliteitsmonitor.add_command(migrate_profile)
kwaliteitsmonitor.add_command(prune)
kwaliteitsmonitor.add_command(purge)
kwaliteitsmonitor.add_command(rehearse)
kwaliteitsmonitor.add_command(report)
kwaliteitsmonitor.add_command(restore)
kwaliteitsmonitor.add_command(sector)
kwaliteitsmonitor.add_command(settings_command)
kwaliteitsmonitor.add_command(upgrade)
kwaliteitsmonitor.add_command(verify)


def main() -> None:
    """The entry point: run, and end with the exit code of what happened."""
    sys.exit(flushed(kwaliteitsmonitor.main()))
