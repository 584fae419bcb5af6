"""Ending when asked to: Ctrl-C, the end of a session, or a system that stops the service.

Each of these ends what runs in the same orderly way, whoever handles the signal at that moment. Dagster puts handlers
of its own while a step runs; which signal came is written to a pipe, whatever the handler does with it.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interruption:
    """Whether, and by which signal, this process was asked to end."""

    def __init__(self) -> None:
        self._reader, self._writer = os.pipe()
        self._came = b""
        os.set_blocking(self._reader, False)
        os.set_blocking(self._writer, False)

    @property
    def came(self) -> signal.Signals | None:
        """The first signal that asked this process to end; `None` if none did."""
        with suppress(BlockingIOError):
            self._came += os.read(self._reader, 256)
        return next((signal.Signals(number) for number in self._came if number in SIGNALS), None)

    @property
    def exit_code(self) -> int:
        """The exit code of a process that ended because it was asked to, as shells give it: 130 for Ctrl-C."""
        return 128 + (self.came or signal.SIGINT)

    def close(self) -> None:
        """Let go of the pipe."""
        os.close(self._reader)
        os.close(self._writer)

    @property
    def writer(self) -> int:
        """Where the system writes the number of each signal that comes."""
        return self._writer


_interruptions: list[Interruption] = []


def end_if_interrupted() -> None:
    """Raise `KeyboardInterrupt` if this process was asked to end, and whoever handled the signal passed over it."""
    if any(one.came for one in _interruptions):
        raise KeyboardInterrupt


@contextmanager
def interruptible() -> Iterator[Interruption]:
    """Raise `KeyboardInterrupt` at each signal that asks this process to end, while the context lasts.

    In another thread than the main one, where Python handles no signals, nothing is set up.
    """
    interruption = Interruption()
    _interruptions.append(interruption)
    before: dict[signal.Signals, object] = {}
    wakeup = -1
    try:
        with suppress(ValueError):
            wakeup = signal.set_wakeup_fd(interruption.writer, warn_on_full_buffer=False)
            for number in SIGNALS:
                if signal.getsignal(number) is not signal.SIG_IGN:  # as with nohup
                    before[number] = signal.signal(number, signal.default_int_handler)
        yield interruption
    finally:
        _interruptions.remove(interruption)
        with suppress(ValueError):
            signal.set_wakeup_fd(wakeup)
            for number, handler in before.items():
                signal.signal(number, handler)  # type: ignore[arg-type]
        interruption.close()
