"""Mirroring under its former name, until the step of publication imports `operations.copies.mirroring` itself."""

from kwaliteitsmonitor.operations.copies.mirroring import mirrored_after as mirrored_after
