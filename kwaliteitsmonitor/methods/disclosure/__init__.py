"""Disclosure control of everything that is published: nobody is to be recognised in a figure, nor by subtraction.

`cells` counts answers per cell, `circulation` measures how far a hidden cell can still differ given what is shown,
`gate` chooses what to hide, `earlier` remembers what former releases showed, `distributions` judges the shares per
answer, `evaluations` puts these together, `applying` puts the outcome into rows, `people` is the gate of figures about
staff and students, and `audit` computes what an attacker could by linear programming. docs/privacy.md says the rules in
plain words.
"""
