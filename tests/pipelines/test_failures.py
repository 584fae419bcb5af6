"""What stopped a step is told in its own sentence and with its exit code, whichever step it was."""

from __future__ import annotations

import errno
import os
from typing import Any

import dagster as dg
import pytest

from pipelines.execution import failures
from pipelines.failures import what_went_wrong
from schemas.errors import KwaliteitsmonitorError, NewerFormatError, SourceError
from schemas.words import Words

SENTENCE = "/data/disclosure/1.json: it is not what was written; expected the bytes: all. Put it back from a backup."
OURS = {"what": "it is not what was written", "where": "/data/disclosure/1.json", "expected": "the bytes: all"}


def ended(error: Exception, cause: Exception | None = None) -> tuple[list[tuple[str, int]], Any]:
    """How a run is told of in which a step raised this, from the shell and to the operators."""

    @dg.op
    def choose() -> None:
        raise error from cause

    @dg.job
    def cycle() -> None:
        choose()

    quiet = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
    with dg.DagsterInstance.ephemeral() as database:
        result = cycle.execute_in_process(instance=database, run_config=quiet, raise_on_error=False)
        return [(said.en, code) for said, code in failures(result)], what_went_wrong(database, result.dagster_run)


@pytest.mark.parametrize("kind", [KwaliteitsmonitorError, NewerFormatError, SourceError])
@pytest.mark.parametrize("cause", [None, ValueError("Jan Jansen")])
def test_an_error_of_ours_is_told_as_it_is_said(kind: type[KwaliteitsmonitorError], cause: Exception | None) -> None:
    shell, operators = ended(kind(**OURS, remedy="Put it back from a backup."), cause)
    assert shell == [(SENTENCE, kind.exit_code)]
    assert (operators.step, operators.exit_code, operators.blocked) == ("choose", kind.exit_code, False)
    assert operators.sentence == Words(SENTENCE, SENTENCE)


@pytest.mark.parametrize("raised", [RuntimeError("the table of Jan Jansen"), None])
def test_a_disk_that_is_full_is_told_as_such_to_the_operators_as_well(raised: Exception | None) -> None:
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/data/work/Jan Jansen.parquet")
    shell, operators = ended(raised, full) if raised else ended(full)
    said = "step choose: the disk is full. Make room, and run it again."
    assert shell == [(said, 1)]
    assert operators.sentence == Words("step choose: de schijf is vol. Maak ruimte en draai het opnieuw.", said)


def test_of_any_other_error_the_kind_alone_is_told() -> None:
    shell, operators = ended(ValueError("Jan Jansen gave a 3"))
    assert shell == [("step choose failed (ValueError)", 1)]
    assert "Jansen" not in operators.sentence.nl + operators.sentence.en
    assert "ValueError" in operators.sentence.en
