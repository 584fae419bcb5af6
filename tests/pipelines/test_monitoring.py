"""The hourly look as a job of Dagster: it tells what is broken, and does not fail by it."""

from __future__ import annotations

from kwaliteitsmonitor.operations.metrics.records import Run, add
from pipelines.monitoring import HEALTH
from tests.exchange.notices.conftest import MailServer
from tests.pipelines.conftest import Watched


def test_the_job_tells_what_is_broken_and_does_not_fail(watched: Watched, mailing: MailServer) -> None:
    add(watched.workspace, Run("1", "cycle", "2020-09", "2020-09-01T06:00:00+02:00", 28.5, "published", "v1"))
    result = watched.run(HEALTH)
    assert result.success
    (check,) = result.get_asset_check_evaluations()
    assert not check.passed
    assert "no database is named for 'finance'" in str(check.description)
    (mail,) = mailing.received
    assert "no database is named for 'finance'" in mail.get_content()
    (made,) = [event.materialization for event in result.get_asset_materialization_events()]
    assert [row.data["cycle"] for row in made.metadata["cycles"].records] == ["2020-09"]
