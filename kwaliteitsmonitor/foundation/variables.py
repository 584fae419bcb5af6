"""The environment variables of this project, declared once: what each is for, what holds without it, what is secret.

`docs/settings.md` is written from here, and `kwaliteitsmonitor settings` shows what holds on a machine
(`kwaliteitsmonitor.foundation.settings_reference`). Everything else reads a variable as a field of `Settings`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated

from pydantic import Field, SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from schemas.environment import PREFIX

CONNECTION = "<CONNECTION>"
"""What stands in the name of a variable for the name of a connection, of which the profile has as many as it likes."""

DASK_SCHEDULER = f"{PREFIX}DASK_SCHEDULER"
"""No longer a variable: it named a Dask scheduler, over whose workers the units of a year were spread."""


@dataclass(frozen=True)
class Row:
    """What the table of settings says of a variable beside its description; `name` if it is not the field's own."""

    group: str
    otherwise: str
    option: str = ""
    name: str = ""


RUN = "What is run, and where"
SOURCES = "What opens the sources"
PERSONS = "Personal data"
MESSAGES = "Who is told"
COPIES = "Copies elsewhere"
DAGSTER = "Dagster"
PROCESSES = "More than one process, more than one institution"


CopyUser = Annotated[
    str, Row(COPIES, "the library's own"), Field(description="User or access key of that object storage")
]
"""What opens a place for copies in object storage is the same for each: this and the four after it."""
CopyPassword = Annotated[SecretStr, Row(COPIES, "the library's own"), Field(description="Its password or secret key")]
CopyToken = Annotated[SecretStr, Row(COPIES, "none"), Field(description="Its token: session or SAS")]
CopyTenant = Annotated[str, Row(COPIES, "none"), Field(description="Azure: the directory")]
CopyEndpoint = Annotated[str, Row(COPIES, "that of the provider"), Field(description="The address of the service")]


class Variables(BaseSettings):
    """What the environment of this process says. An argument goes before a variable; an empty one counts as none."""

    model_config = SettingsConfigDict(frozen=True, hide_input_in_errors=True)

    institution: Annotated[str, Row(RUN, "the name in `institutions/default`", "--institution")] = Field(
        "", description="The profile: a name under `institutions/`, or a folder"
    )
    landing: Annotated[str, Row(RUN, "`landing` in the output folder", "--landing")] = Field(
        "", description="The landing zone: a folder or an address ([sources](sources.md)), without a password in it"
    )
    out: Annotated[str, Row(RUN, "`data/<institution>`", "--out")] = Field(
        "", description="The output folder, with everything that is kept"
    )
    reports: Annotated[str, Row(RUN, "all forms", "run --reports")] = Field(
        "", description="The forms of the report that a run makes: some of `html,docx,xlsx,pdf`, or `none`"
    )
    cycle: Annotated[str, Row(RUN, "the open cycle: that of this month, else the next to come")] = Field(
        "", description="The cycle for which the sensor and the daily schedules work, such as `2021-03`"
    )

    landing_user: Annotated[str, Row(SOURCES, "the library's own")] = Field(
        "", description="User, access key or application's id of the landing zone"
    )
    landing_password: Annotated[SecretStr, Row(SOURCES, "the library's own")] = Field(
        SecretStr(""), description="Its password or secret key"
    )
    landing_token: Annotated[SecretStr, Row(SOURCES, "none")] = Field(
        SecretStr(""), description="Its token: bearer, session or SAS"
    )
    landing_key_file: Annotated[str, Row(SOURCES, "one's own SSH keys")] = Field(
        "", description="SFTP: the file with the private key"
    )
    landing_passphrase: Annotated[SecretStr, Row(SOURCES, "none")] = Field(
        SecretStr(""), description="SFTP: what opens that file"
    )
    landing_known_hosts: Annotated[str, Row(SOURCES, "`~/.ssh/known_hosts`")] = Field(
        "", description="SFTP: the file with host keys"
    )
    landing_tenant: Annotated[str, Row(SOURCES, "none")] = Field("", description="SharePoint, Azure: the directory")
    landing_endpoint: Annotated[str, Row(SOURCES, "that of the provider")] = Field(
        "", description="S3, SharePoint, Azure: the address of the service"
    )
    connection_urls: Annotated[
        Mapping[str, SecretStr],
        Row(SOURCES, "the SQLite file of that name in the landing zone", name=f"{PREFIX}{CONNECTION}_URL"),
    ] = Field(
        {},
        description="The SQLAlchemy address of a database that the profile names, such as "
        "`KWALITEITSMONITOR_FINANCE_URL`",
    )
    connection_passwords: Annotated[
        Mapping[str, SecretStr], Row(SOURCES, "none", name=f"{PREFIX}{CONNECTION}_PASSWORD")
    ] = Field({}, description="Its password, where it does not stand in the address")

    pseudonym_key: Annotated[SecretStr | None, Row(PERSONS, "made once, in `pseudonym.key` in the output folder")] = (
        Field(
            None,
            description="The key by which identifiers of people become pseudonyms: at least 32 characters that cannot "
            "be guessed, the same for all time",
        )
    )

    smtp_url: Annotated[SecretStr, Row(MESSAGES, "no mail is sent")] = Field(
        SecretStr(""),
        description="The mail server: `smtp://user:password@host:587`, `smtps://…:465` or `smtp://host:25` "
        "([more](engineer.md#reminders))",
    )
    teams_webhook: Annotated[SecretStr, Row(MESSAGES, "nothing is posted")] = Field(
        SecretStr(""), description="The https address of a workflow in Teams that posts a card"
    )
    url: Annotated[str, Row(MESSAGES, "the run's id is told")] = Field(
        "", description="The address at which people open the Dagster UI, for links in messages"
    )
    heartbeat_url: Annotated[SecretStr, Row(MESSAGES, "none is given")] = Field(
        SecretStr(""),
        description="The https address that gets a sign of life every hour in which nothing is broken "
        "([more](watching.md#the-sign-of-life))",
    )
    log: Annotated[str, Row(MESSAGES, "`file`: `logs/` in the output folder")] = Field(
        "",
        description="Where the log for machines goes: `file`, `stderr`, `none`, or a folder "
        "([more](watching.md#the-log-for-machines))",
    )
    ssl_cert_file: Annotated[str, Row(MESSAGES, "the system's", name="SSL_CERT_FILE")] = Field(
        "", description="The authority to trust, where a server's certificate is of your own"
    )

    backup: Annotated[str, Row(COPIES, "it is named each time", "backup --to")] = Field(
        "",
        description="Where `backup` copies to and `restore` copies from: a folder, or `s3://…` or `abfs://…`",
    )
    backup_user: CopyUser = ""
    backup_password: CopyPassword = SecretStr("")
    backup_token: CopyToken = SecretStr("")
    backup_tenant: CopyTenant = ""
    backup_endpoint: CopyEndpoint = ""
    mirror: Annotated[str, Row(COPIES, "nowhere", "mirror --to")] = Field(
        "",
        description="Where each release is copied to once it is out: a folder, or `s3://…` or `abfs://…`",
    )
    mirror_user: CopyUser = ""
    mirror_password: CopyPassword = SecretStr("")
    mirror_token: CopyToken = SecretStr("")
    mirror_tenant: CopyTenant = ""
    mirror_endpoint: CopyEndpoint = ""

    dagster_home: Annotated[str, Row(DAGSTER, "`dagster` in the output folder", name="DAGSTER_HOME")] = Field(
        "", description="The folder of Dagster's configuration and, without PostgreSQL, its database"
    )
    dagster_url: Annotated[SecretStr, Row(DAGSTER, "SQLite in `DAGSTER_HOME`")] = Field(
        SecretStr(""),
        description="PostgreSQL for Dagster's runs, events and schedules: `postgresql+psycopg2://…`",
    )
    dagster_sensor_timeout: Annotated[str, Row(DAGSTER, "60", name="DAGSTER_SENSOR_GRPC_TIMEOUT_SECONDS")] = Field(
        "", description="How long a look into the landing zone may take, where single files take longer than a minute"
    )

    engine: Annotated[str, Row(PROCESSES, "`duckdb`")] = Field(
        "", description="What counts Parquet files of answers: `duckdb` or `spark`"
    )
    spark_master: Annotated[str, Row(PROCESSES, "`local[*]`")] = Field("", description="Where Spark runs")
    location: Annotated[str, Row(PROCESSES, "no name")] = Field(
        "", description="What Dagster calls this institution; it comes before the keys of its assets"
    )
    locations: Annotated[str, Row(PROCESSES, "one institution")] = Field(
        "", description="The folder with a file of settings for each institution ([deploy](../deploy/README.md))"
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """An argument goes before the environment, and an empty one leaves it to the environment. No file is read."""
        del env_settings, dotenv_settings, file_secret_settings
        return _Arguments(settings_cls, init_settings()), _Environment(settings_cls)

    def by_name(self) -> dict[str, str]:
        """The variables of ours that are set, by name and in plain text: for what opens a server, and no one else."""
        known: dict[str, str] = {}
        for field, info in rows(type(self)):
            name, value = name_of(field, info), getattr(self, field)
            for each, one in _each(name, value):
                text = one.get_secret_value() if isinstance(one, SecretStr) else str(one or "")
                if text and each.startswith(PREFIX):
                    known[each] = text
        return known

    def secrets(self) -> frozenset[str]:
        """Every secret that is set, so that it can be taken out of a text."""
        held = (one for field, _ in rows(type(self)) for _, one in _each("", getattr(self, field)))
        return frozenset(one.get_secret_value() for one in held if isinstance(one, SecretStr)) - {""}


class _Arguments(PydanticBaseSettingsSource):
    """The values that are passed, but for empty texts."""

    def __init__(self, settings_cls: type[BaseSettings], arguments: Mapping[str, object]) -> None:
        super().__init__(settings_cls)
        self._arguments = {name: value for name, value in arguments.items() if value != ""}

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[object, str, bool]:
        """The value of a field, or `None` if none is passed."""
        del field
        return self._arguments.get(field_name), field_name, False

    def __call__(self) -> dict[str, object]:
        """The values of all fields that are passed."""
        return self._arguments


class _Environment(PydanticBaseSettingsSource):
    """The environment of this process: each variable by its exact name, as a text."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[object, str, bool]:
        """The value of a field, or `None` if its variable is not set."""
        name = name_of(field_name, field)
        if CONNECTION not in name:
            return os.environ.get(name), field_name, False
        before, after = name.split(CONNECTION)
        several = {
            one.removeprefix(before).removesuffix(after): value
            for one, value in os.environ.items()
            if one.startswith(before) and one.endswith(after) and len(one) > len(before) + len(after)
        }
        return several or None, field_name, False

    def __call__(self) -> dict[str, object]:
        """The values of all fields of which a variable is set."""
        values = ((name, self.get_field_value(field, name)[0]) for name, field in rows(self.settings_cls))
        return {name: value for name, value in values if value is not None}


@cache
def rows(settings: type[BaseSettings]) -> tuple[tuple[str, FieldInfo], ...]:
    """The fields that are variables, in the order in which they are declared."""
    fields = settings.model_fields.items()
    return tuple((name, field) for name, field in fields if any(isinstance(one, Row) for one in field.metadata))


def row_of(field: FieldInfo) -> Row:
    """What the table says of a field."""
    return next(one for one in field.metadata if isinstance(one, Row))


def name_of(name: str, field: FieldInfo) -> str:
    """The variable that a field is read from."""
    return row_of(field).name or PREFIX + name.upper()


def _each(name: str, value: object) -> Iterator[tuple[str, object]]:
    """A variable and its value; one that stands for several, once for each of them."""
    if isinstance(value, Mapping):
        yield from ((name.replace(CONNECTION, one), each) for one, each in value.items())
    else:
        yield name, value
