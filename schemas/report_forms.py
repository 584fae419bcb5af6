"""The forms in which a report is made, and where a release keeps them."""

FORMS = ("html", "docx", "xlsx", "pdf")
"""By the extension of their files."""
FOLDER = "report"
"""The folder of the reports in a release."""
