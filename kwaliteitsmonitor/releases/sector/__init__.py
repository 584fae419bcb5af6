"""The sector view: several institutions together, derived only from their published releases.

`sources` reads releases that are whole, `combining` says how figures combine, `comparable` which of them do,
`indicators` and `spending` make the rows, `reasons` says why something does not count, `document` is the report and
`view` writes everything down. docs/sector.md says the rules in plain words.

Nothing here reads a delivery or the workspace of an institution. A figure that a release suppresses is in none of its
tables, so that nothing that is made here can depend on it.
"""
