"""The report as a document, whatever its form: its model, what it reads of a release, its words, widths and pages."""
