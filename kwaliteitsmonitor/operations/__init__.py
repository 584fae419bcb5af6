"""Years of service: health, metrics, backup, mirror and retention."""
