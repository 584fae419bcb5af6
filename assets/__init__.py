"""The flow: a folder per step, in the order in which data moves.

`delivered` (bytes, hashed) and `decisions` (corrections, waivers, approvals) → `staged` (typed rows, quarantine) →
`status` (who delivered what) and `facts` (conformed) → `evaluations` (results of each question), `indicators`,
`spending`, `progress` and `comparison` → `validation` (the outcome of every rule, the gate) → `publication` (the
release). In each folder `assets.py` declares the Dagster assets; the other files are functions from data to data that
know nothing of Dagster. `common` holds what every step needs of Dagster.
"""
