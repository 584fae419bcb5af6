"""Reading deliveries into typed rows that know the cell they came from; what does not fit is set aside with the reason.

`cells` reads one value, `readers` a file, `staging` a table of a feed, `answers` evaluation answers, which stay in the
engine and become counts.
"""
