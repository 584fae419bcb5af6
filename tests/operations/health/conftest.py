"""An institution of which the operators are told what is broken."""

from tests.pipelines.conftest import post_office, serving, watched  # noqa: F401 - fixtures
