"""Money: from the lines of the financial rounds to the spending overview, exact to the cent.

Amounts are decimals in euro throughout; k€ and rounding exist only in what is printed.
"""
