"""What the tables that come in and those that go out have in common: fields, and the words of codes."""
