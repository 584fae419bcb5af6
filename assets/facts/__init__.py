"""From staged rows to facts: conformed to units, themes, programmes and reporting years, ready to be counted."""
