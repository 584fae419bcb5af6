"""What the progress report says: a module per section, each a pure function of a release as it is read."""
