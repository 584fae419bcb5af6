"""Statistics of evaluations, exact, from counts of answers: figures per question and cell, and how they changed."""
