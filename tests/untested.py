"""The list of modules that no test imports, which may only shrink: `python -m tests.untested` writes it anew.

What a test imports by now goes out of the list; nothing comes in. After a conflict of two branches that both made the
list shorter, run it on the file as git left it: marks of the conflict go too. It ends with 1 when there are modules
that no test imports and that are not in the list: write a test of them.
"""

from __future__ import annotations

import sys

from tests.imports import ROOT, untested_modules

LIST = ROOT / "tests" / "untested_modules.txt"


def listed() -> set[str]:
    return set(LIST.read_text(encoding="utf-8").splitlines())


def main() -> int:
    untested, known = untested_modules(), listed()
    LIST.write_text("".join(f"{module}\n" for module in sorted(untested & known)), encoding="utf-8")
    lacking = sorted(untested - known)
    sys.stdout.write("".join(f"no test imports {module}\n" for module in lacking))
    return 1 if lacking else 0


if __name__ == "__main__":
    raise SystemExit(main())
