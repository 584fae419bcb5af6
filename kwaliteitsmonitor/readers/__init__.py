"""From any delivered file to typed rows that know their cell, and what was set aside and why."""
