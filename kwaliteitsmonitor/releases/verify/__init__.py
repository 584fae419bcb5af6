"""Computing a release again from what the workspace keeps, and holding the two against each other."""
