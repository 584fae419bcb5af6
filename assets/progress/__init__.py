"""What units report about their measures, their councils and their talks with students."""
