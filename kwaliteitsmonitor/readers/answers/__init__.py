"""Evaluation answers, as many as there are: counted where they are kept, with what is wrong in them by its row."""
