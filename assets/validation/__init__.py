"""Holding data against its contract and deliveries against each other.

`expectations` runs Great Expectations over one table; `across` looks at what no single table shows: deliveries that are
missing, totals that do not add up, printed figures that rounding cannot explain. Both speak in `RuleResult`s.
"""
