"""From facts to figures, as the definitions of the profile say.

`terms` counts and sums, `means` takes means and spreads from counts, `figures` puts figures together, `printing` writes
them as people read them.
"""
