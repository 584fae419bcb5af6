"""Opening any delivered file safely, and reading it into grids.

`grids` is the one way in. A file is first recognised by its bytes, then measured, and only then read; each step may
refuse it with a sentence for its sender (`refusals`), and nothing else can come of it. How much is read is bounded
(`limits`); `docs/hostile-input.md` shows what becomes of files that mean harm or are merely odd.
"""

from kwaliteitsmonitor.readers.files.opening import grids
from kwaliteitsmonitor.readers.files.refusals import RefusedFileError

__all__ = ["RefusedFileError", "grids"]
