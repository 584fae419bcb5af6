"""Arithmetic without files: checks of rows, statistics, figures and disclosure control."""
