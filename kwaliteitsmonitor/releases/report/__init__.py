"""The progress report: one document in two languages, and the forms in which it is read."""
