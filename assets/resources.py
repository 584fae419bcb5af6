"""The one resource of the pipeline: where an institution's data come from and go to."""

import dagster as dg

from assets.settings import Settings


class Institution(dg.ConfigurableResource):  # type: ignore[type-arg]
    """An institution's settings. Empty values take those of the environment (`KWALITEITSMONITOR_…`) or the default.

    Addresses of databases and the key for pseudonyms are read from the environment alone, so that no secret stands in
    the configuration of a run.
    """

    institution: str = ""
    landing: str = ""
    out: str = ""
    reproduces: str = ""
    reports: str = ""
    location: str = ""

    @property
    def settings(self) -> Settings:
        """The settings as a run sees them."""
        return Settings.from_environment(
            institution=self.institution,
            landing=self.landing,
            out=self.out,
            reproduces=self.reproduces,
            reports=self.reports,
            location=self.location,
        )
