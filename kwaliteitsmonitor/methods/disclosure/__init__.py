"""Statistical disclosure control: nobody can be recognised in a published figure, nor by subtracting figures.

`cells` counts answers per cell, `circulation` measures how far a hidden cell can still differ given the published ones,
`gate` chooses the cells to suppress and `secondary` those that protect them, `release_history` keeps what earlier
releases showed, `distributions` judges the shares per answer, `feasible_tables` and `milp` search for other tables with
the same published figures, `evaluations` combines these, `applying` suppresses rows, `people` is the gate of figures
about staff and students, and `audit` computes by linear programming what an attacker could. docs/privacy.md explains
the rules.
"""
