"""Years of service: health, metrics, copies elsewhere and retention."""
