"""What everything stands on: the workspace, kept bytes, settings, keys, locks, logs, errors and the embedded engine."""
