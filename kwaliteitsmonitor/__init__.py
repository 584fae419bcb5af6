"""The library: what the flow, the command line and the report are made of. It knows no Dagster and no step of the flow.

`foundation` (workspace, settings, locks) → `obligations` (what is owed) → `connectors` (where bytes come from) and
`methods` (arithmetic without files) → `readers` (delivered files to typed rows) and `releases` (a release as a format,
and what is asked of one) → `exchange` (workbooks and notices) → `operations` (years of service) → `sample` (made-up
deliveries). Each imports itself and those before it.
"""
