"""What is made: a folder per step of the flow, in the order in which data moves.

`delivered` (bytes, hashed) → `staged` (typed rows, quarantine) → `facts` (conformed) → `indicators` and `spending` →
`publication` (gate, release). `validation` holds the rules between them. In each folder `assets.py` declares the Dagster
assets; the other files are functions from data to data that know nothing of Dagster.
"""
