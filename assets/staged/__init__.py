"""Reading deliveries into typed rows that know the cell they came from; what does not fit is set aside with the reason.

`files` opens whatever was sent as grids of cells, `forms` makes of a grid the table of a contract as the profile says,
`cells` reads one value, `staging` a table, `feed` all tables of a feed. `answers` does the same for evaluation answers,
which stay in the engine and become counts.
"""
