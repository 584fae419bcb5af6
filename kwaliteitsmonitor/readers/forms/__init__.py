"""From a grid of cells to the raw table of a contract, as a form of the profile describes what people send."""
