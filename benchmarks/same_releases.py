"""Whether two versions of the code make the same releases, to the byte: `python -m benchmarks.same_releases COMMIT`.

The code of the commit writes sample deliveries of each institution and makes two releases of them; the code at hand
makes the same two. Every file of a release must be the same, and the manifest but for what it says of the code. A
change that moves or renames, and is to change nothing that comes out, is held against this.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from schemas.packages import ROOT

CYCLES = {
    "leiden": ("2020-03", "2021-03"),
    "hogeschool-leiden": ("2025-04", "2025-10"),
    "docs/profile/example": ("2025-10", "2026-02"),
}
"""Per profile, by name or folder, two cycles of which the second tells what changed since the first."""

OF_CODE = {"code", "code_parts", "seal"}
"""What a manifest says of the code; its seal is over that too."""


def main() -> int:
    """Print what differs, a line for each file; the exit code says whether anything does."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("commit", help="the code to compare with")
    parser.add_argument("profiles", nargs="*", help=f"of {', '.join(CYCLES)}; all of them unless named")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder) / "base"
        subprocess.run(["git", "worktree", "add", "--quiet", "--detach", base, options.commit], cwd=ROOT, check=True)
        try:
            differing = [
                line
                for profile in options.profiles or CYCLES
                for line in compared(profile, base, Path(folder) / "made")
            ]
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", base], cwd=ROOT, check=True)
    print(*differing or ["no differences"], sep="\n")
    return bool(differing)


def compared(profile: str, base: Path, folder: Path) -> Iterator[str]:
    """What differs between the releases that the code in `base` and the code at hand make for a profile."""
    made = folder / profile.replace("/", "-")
    landing = made / "landing"
    _program(base, "sample", "--institution", profile, "--to", str(landing), *_years(profile))
    for code, out in ((base, made / "base"), (ROOT, made / "here")):
        for cycle in CYCLES[profile]:
            print(f"{profile} {cycle}: {out.name}", file=sys.stderr)
            where = ("--landing", str(landing), "--out", str(out))
            _program(code, "run", "--institution", profile, "--cycle", cycle, *where)
    for cycle in CYCLES[profile]:
        yield from (f"{profile} {cycle}: {what}" for what in _differing(*_releases(made, cycle)))


def _years(profile: str) -> Sequence[str]:
    """The years of a plain sample; a profile with totals of its own has years of its own."""
    if (ROOT / "institutions" / profile / "sample").is_dir():
        return ()
    first, last = (int(cycle[:4]) for cycle in CYCLES[profile])
    return "--years", f"{first - 1}-{last}"


def _program(code: Path, command: str, *arguments: str) -> None:
    """Run a command with the code in a folder; what it prints is shown where it fails."""
    environment = {**os.environ, "PYTHONPATH": str(code), "DAGSTER_DISABLE_TELEMETRY": "1"}
    whole: Sequence[str] = [sys.executable, "-m", "pipelines.cli", command, *arguments]
    done = subprocess.run(whole, cwd=code, env=environment, check=False, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(whole)}: exit code {done.returncode}\n{done.stdout}{done.stderr}")


def _releases(made: Path, cycle: str) -> tuple[Path, Path]:
    before, after = (made / name / "releases" / cycle / "v1" for name in ("base", "here"))
    return before, after


def _differing(before: Path, after: Path) -> Iterator[str]:
    names = {p.relative_to(root).as_posix() for root in (before, after) for p in root.rglob("*") if p.is_file()}
    if not names:
        yield f"no release in {before} or {after}"
    for name in sorted(names):
        one, other = before / name, after / name
        if not (one.is_file() and other.is_file()):
            yield f"{name} is in one of them"
        elif name == "manifest.json":
            yield from (f"{name}: {key}" for key in _differing_keys(one, other))
        elif one.read_bytes() != other.read_bytes():
            yield name


def _differing_keys(one: Path, other: Path) -> list[str]:
    mine, yours = (json.loads(path.read_text(encoding="utf-8")) for path in (one, other))
    for manifest in (mine, yours):
        if manifest.get("since"):
            del manifest["since"]["manifest"]  # the hash of a manifest, which is over its code too
    return sorted(key for key in {*mine, *yours} - OF_CODE if mine.get(key) != yours.get(key))


if __name__ == "__main__":
    sys.exit(main())
