"""A remote file system: a question that failed is put again over a new connection, where that may help."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kwaliteitsmonitor.connectors.server import Server
from kwaliteitsmonitor.foundation.addresses import address
from kwaliteitsmonitor.foundation.retrying import Patience, TriedError
from tests.connectors.servers import webdav

QUICK = Patience(attempts=3, first=0.01, longest=0.02, chance=0.01)


def test_a_question_that_may_pass_is_put_again_over_a_new_connection(tmp_path: Path) -> None:
    pytest.importorskip("webdav4", reason="WebDAV is not tested: install the 'dev' extra")
    (tmp_path / "zone").mkdir()
    with webdav(tmp_path) as dav:
        server = Server(address(f"{dav.url()}/zone"), dav.environment(), "landing zone", QUICK)
        reached: list[Any] = []

        def lost_once(fs: Any) -> Any:
            reached.append(fs)
            if len(reached) == 1:
                raise ConnectionResetError
            return fs.info(server.root)["type"]

        assert server.ask(lost_once) == "directory"
        assert reached[0] is not reached[1]

        def refuses(fs: Any) -> Any:
            reached.append(fs)
            raise LookupError

        with pytest.raises(TriedError) as caught:
            server.ask(refuses)
        assert (caught.value.times, len(reached)) == (1, 3)
