"""How it runs: Dagster's definitions, jobs, schedules and sensors, and the command line."""
