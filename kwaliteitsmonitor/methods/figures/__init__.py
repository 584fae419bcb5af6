"""Figures: their ids, evidence, formulas and column lineage, and how they are printed."""
