"""The obligations of a cycle: who owes what by when, and what is still open.

It is declared once, here, and follows from the profile, the plan and the money. What is missing or late, what a unit is
reminded of, what its feedback says, what a draft lacks and whether it may become final are read from this register.
Nothing in it knows Dagster, files or the clock: what was delivered and the day by which it is judged are handed to it.
"""
