"""What goes to those who deliver: workbooks (templates and feedback) and notices (reminders and alerts)."""
