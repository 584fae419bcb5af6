"""The partitions of the pipeline: a cycle each, named by its month.

They lie here, below every asset, because an asset needs them in order to be declared. The months come from the
institution's calendar, so that nothing has to be edited next year.

`end_offset=2`: the cycle that runs is there, and so is the next to come, because deliveries for it arrive, are taken up
and are asked for in the months before it. The schedules name their cycle themselves and never take the last partition.
"""

from __future__ import annotations

import dagster as dg

from schemas.profile import Profile


def cycle_partitions(profile: Profile) -> dg.TimeWindowPartitionsDefinition:
    """The cycles of an institution, from the first year of its agreements until the next to come."""
    months = sorted(entry.month for entry in profile.institution.cycles)
    return dg.TimeWindowPartitionsDefinition(
        cron_schedule=f"0 0 1 {','.join(str(month) for month in months)} *",
        start=f"{profile.institution.first_year}-{months[0]:02d}",
        fmt="%Y-%m",
        timezone=profile.institution.timezone,
        end_offset=2,
    )
