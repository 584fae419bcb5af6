"""How it runs: Dagster's definitions, jobs and schedules, the command line, and the sample deliveries."""
