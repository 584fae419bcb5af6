"""What is made: a folder per step of the flow, in the order in which data moves.

`delivered` (bytes, hashed) → `staged` (typed rows, quarantine) → `status` (who delivered what) and `facts`
(conformed) → `indicators`, `spending` and `progress` → `validation` (the outcome of every rule, the gate) →
`publication` (release). In each folder `assets.py` declares the Dagster assets; the other files are functions from
data to data that know nothing of Dagster.
"""
