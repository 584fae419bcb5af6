"""The report as one web page that needs nothing beside it: no network, no script, no font of its own."""
