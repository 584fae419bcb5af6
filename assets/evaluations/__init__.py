"""Evaluation answers counted once: what is made of a delivery, kept by all that it follows from, per year and unit."""

ALL_UNITS = "all"
"""Stands for what is delivered for all units at once, where the others are named by their code."""
