"""How each run went: how long, how many rows, how much memory. Kept beside the releases, over the years.

It holds the clock, and is therefore no part of a release: the same inputs give the same bytes, however long it took.
"""
