"""The evidence of a figure as people read it: what it is, how it was computed, and from which cells."""
