"""A release: its format, and what reads one: the report, `explain`, `diff`, `verify`, sign-off and the sector view."""
