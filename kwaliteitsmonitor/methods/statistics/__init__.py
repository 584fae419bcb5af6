"""Statistics of answers: moments, sums per cell, scaling, and whether two years can be compared."""
