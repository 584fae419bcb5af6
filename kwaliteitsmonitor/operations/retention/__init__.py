"""How long deliveries are kept: what is past its time (`due`), and its removal (`removing`); docs/personal-data.md."""
