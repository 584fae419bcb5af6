"""The lowest layer: the workspace, kept bytes, settings, keys, locks, logs, errors and the embedded engine."""
