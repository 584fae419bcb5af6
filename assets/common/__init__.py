"""What every step needs of Dagster: specifications, partitions, the resource, and failures in plain words."""
