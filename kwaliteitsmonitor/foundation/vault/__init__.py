"""The bytes of deliveries, kept by their hash, and the register of what was removed."""
