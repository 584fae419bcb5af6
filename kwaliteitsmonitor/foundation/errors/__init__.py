"""What went wrong in a step, on a disk or in Dagster's database, in a sentence and with an exit code."""
