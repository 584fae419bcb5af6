"""Lineage of a release: which deliveries, cells and figures each published figure rests on."""
