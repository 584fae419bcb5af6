"""What tests of files share: a place to read in that bounds and measures memory."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.readers.files.apart import Apart


@pytest.fixture(scope="package")
def apart() -> Iterator[Apart]:
    with Apart() as one:
        yield one
