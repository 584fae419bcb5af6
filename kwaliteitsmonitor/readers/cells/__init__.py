"""Reading values: one cell, a whole column at once, and the notation that a column keeps to."""
