"""The environment variables of this project, declared once: what each is for, what it is without, whether it is secret.

`docs/settings.md` is written from here, and `kwaliteitsmonitor settings` tells what holds on a machine. A test finds
every variable that the code reads in this table, and every row of this table in the code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from schemas.environment import PREFIX


@dataclass(frozen=True)
class Variable:
    """An environment variable. `name` is as it is set; `<…>` in it stands for a name of the profile's own."""

    name: str
    what: str
    otherwise: str
    option: str = ""
    secret: bool = False

    @property
    def pattern(self) -> re.Pattern[str]:
        """What a name that is set must look like to be this variable."""
        return re.compile(re.sub(r"<[A-Z]+>", "[A-Z][A-Z0-9_]*", self.name))


@dataclass(frozen=True)
class Group:
    """Variables that belong together, under a heading."""

    title: str
    variables: tuple[Variable, ...]


def _own(name: str, what: str, otherwise: str, option: str = "", *, secret: bool = False) -> Variable:
    return Variable(PREFIX + name, what, otherwise, option, secret)


GROUPS = (
    Group(
        "What is run, and where",
        (
            _own(
                "INSTITUTION",
                "The profile: a name under `institutions/`, or a folder",
                "the name in `institutions/default`",
                "--institution",
            ),
            _own(
                "LANDING",
                "The landing zone: a folder or an address ([sources](sources.md)), without a password in it",
                "`landing` in the output folder",
                "--landing",
            ),
            _own("OUT", "The output folder, with everything that is kept", "`data/<institution>`", "--out"),
            _own(
                "REPORTS",
                "The forms of the report that a run makes: some of `html,docx,xlsx,pdf`, or `none`",
                "all forms",
                "run --reports",
            ),
            _own(
                "CYCLE",
                "The cycle for which the sensor and the daily schedules work, such as `2021-03`",
                "the open cycle: that of this month, else the next to come",
            ),
        ),
    ),
    Group(
        "What opens the sources",
        (
            _own("LANDING_USER", "User, access key or application's id of the landing zone", "the library's own"),
            _own("LANDING_PASSWORD", "Its password or secret key", "the library's own", secret=True),
            _own("LANDING_TOKEN", "Its token: bearer, session or SAS", "none", secret=True),
            _own("LANDING_KEY_FILE", "SFTP: the file with the private key", "one's own SSH keys"),
            _own("LANDING_PASSPHRASE", "SFTP: what opens that file", "none", secret=True),
            _own("LANDING_KNOWN_HOSTS", "SFTP: the file with host keys", "`~/.ssh/known_hosts`"),
            _own("LANDING_TENANT", "SharePoint, Azure: the directory", "none"),
            _own("LANDING_ENDPOINT", "S3, SharePoint, Azure: the address of the service", "that of the provider"),
            _own(
                "<CONNECTION>_URL",
                "The SQLAlchemy address of a database that the profile names, such as `KWALITEITSMONITOR_FINANCE_URL`",
                "the SQLite file of that name in the landing zone",
                secret=True,
            ),
            _own("<CONNECTION>_PASSWORD", "Its password, where it does not stand in the address", "none", secret=True),
        ),
    ),
    Group(
        "Personal data",
        (
            _own(
                "PSEUDONYM_KEY",
                "The key by which identifiers of people become pseudonyms: at least 32 characters that cannot be"
                " guessed, the same for all time",
                "made once, in `pseudonym.key` in the output folder",
                secret=True,
            ),
        ),
    ),
    Group(
        "Who is told",
        (
            _own(
                "SMTP_URL",
                "The mail server: `smtp://user:password@host:587`, `smtps://…:465` or `smtp://host:25`"
                " ([more](engineer.md#reminders))",
                "no mail is sent",
                secret=True,
            ),
            _own(
                "TEAMS_WEBHOOK",
                "The https address of a workflow in Teams that posts a card",
                "nothing is posted",
                secret=True,
            ),
            _own(
                "URL", "The address at which people open the Dagster UI, for links in messages", "the run's id is told"
            ),
            _own(
                "HEARTBEAT_URL",
                "The https address that gets a sign of life every hour in which nothing is broken"
                " ([more](watching.md#the-sign-of-life))",
                "none is given",
                secret=True,
            ),
            _own(
                "LOG",
                "Where the log for machines goes: `file`, `stderr`, `none`, or a folder"
                " ([more](watching.md#the-log-for-machines))",
                "`file`: `logs/` in the output folder",
            ),
            Variable(
                "SSL_CERT_FILE", "The authority to trust, where a server's certificate is of your own", "the system's"
            ),
        ),
    ),
    Group(
        "Copies elsewhere",
        (
            _own(
                "BACKUP",
                "Where `backup` copies to and `restore` copies from: a folder, or `s3://…` or `abfs://…`",
                "it is named each time",
                "backup --to",
            ),
            _own("BACKUP_USER", "User or access key of that object storage", "the library's own"),
            _own("BACKUP_PASSWORD", "Its password or secret key", "the library's own", secret=True),
            _own("BACKUP_TOKEN", "Its token: session or SAS", "none", secret=True),
            _own("BACKUP_TENANT", "Azure: the directory", "none"),
            _own("BACKUP_ENDPOINT", "The address of the service", "that of the provider"),
            _own(
                "MIRROR",
                "Where each release is copied to once it is out: a folder, or `s3://…` or `abfs://…`",
                "nowhere",
                "mirror --to",
            ),
            _own("MIRROR_USER", "User or access key of that object storage", "the library's own"),
            _own("MIRROR_PASSWORD", "Its password or secret key", "the library's own", secret=True),
            _own("MIRROR_TOKEN", "Its token: session or SAS", "none", secret=True),
            _own("MIRROR_TENANT", "Azure: the directory", "none"),
            _own("MIRROR_ENDPOINT", "The address of the service", "that of the provider"),
        ),
    ),
    Group(
        "Dagster",
        (
            Variable(
                "DAGSTER_HOME",
                "The folder of Dagster's configuration and, without PostgreSQL, its memory",
                "`dagster` in the output folder",
            ),
            _own(
                "DAGSTER_URL",
                "PostgreSQL for Dagster's runs, events and schedules: `postgresql+psycopg2://…`",
                "SQLite in `DAGSTER_HOME`",
                secret=True,
            ),
            Variable(
                "DAGSTER_SENSOR_GRPC_TIMEOUT_SECONDS",
                "How long a look into the landing zone may take, where single files take longer than a minute",
                "60",
            ),
        ),
    ),
    Group(
        "More than one process, more than one institution",
        (
            _own("ENGINE", "What counts Parquet files of answers: `duckdb` or `spark`", "`duckdb`"),
            _own("SPARK_MASTER", "Where Spark runs", "`local[*]`"),
            _own(
                "DASK_SCHEDULER",
                "The Dask scheduler over whose workers a year is spread: `tcp://host:8786`",
                "one process",
            ),
            _own("LOCATION", "What Dagster calls this institution; it comes before the keys of its assets", "no name"),
            _own(
                "LOCATIONS",
                "The folder with a file of settings for each institution ([deploy](../deploy/README.md))",
                "one institution",
            ),
        ),
    ),
)


def variables() -> Iterator[Variable]:
    """Every variable, in the order of the table."""
    for group in GROUPS:
        yield from group.variables


def settings_page() -> str:
    """The page `docs/settings.md`."""
    lines = [
        "# Settings",
        "",
        "Everything that a machine can be told. An option of the command line goes before its variable.",
        "What is secret stands in the environment alone: in no file of Dagster's, no log and no release.",
        "`kwaliteitsmonitor settings` tells what holds where it is run, without showing a secret.",
        "",
        "Any other option of a command can be set as `KWALITEITSMONITOR_<COMMAND>_<OPTION>`, as in",
        "`KWALITEITSMONITOR_RUN_CYCLE`.",
        "The settings of libraries (`FSSPEC_…`, `AWS_…`, `TMPDIR`) keep working.",
    ]
    for group in GROUPS:
        lines += ["", f"## {group.title}", "", "| variable | what | without it |", "| --- | --- | --- |"]
        for v in group.variables:
            option = f", `{v.option}`" if v.option else ""
            lines.append(f"| `{v.name}`{option} | {v.what}{' **(secret)**' if v.secret else ''} | {v.otherwise} |")
    return "\n".join(lines) + "\n"


@dataclass(frozen=True)
class Setting:
    """A variable as it is on this machine. `value` is empty where it is not set, and hidden where it is secret."""

    variable: Variable
    name: str
    value: str


def in_force(environment: Mapping[str, str]) -> list[Setting]:
    """Every variable as an environment has it; one that stands for several is there once for each that is set."""
    found: list[Setting] = []
    for variable in variables():
        names = sorted(name for name in environment if variable.pattern.fullmatch(name) and _whose(name) is variable)
        values = [Setting(variable, name, _shown(variable, environment[name])) for name in names]
        found += values or [Setting(variable, variable.name, "")]
    return found


def unknown(environment: Mapping[str, str]) -> list[tuple[str, Sequence[str]]]:
    """The variables with our prefix that nothing reads, each with names that look like it."""
    known = [v.name for v in variables()]
    return [
        (name, get_close_matches(name, known, n=1, cutoff=0.75))
        for name in sorted(environment)
        if name.startswith(PREFIX) and _whose(name) is None
    ]


def _whose(name: str) -> Variable | None:
    """The variable that a name is of; one that is written out goes before one that stands for several."""
    fitting = [v for v in variables() if v.pattern.fullmatch(name)]
    return min(fitting, key=lambda v: "<" in v.name, default=None)


def _shown(variable: Variable, value: str) -> str:
    return "(set)" if variable.secret and value else value
