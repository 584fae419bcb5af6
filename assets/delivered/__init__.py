"""What came in: bytes found in the landing zone or pulled from a database, kept by their hash.

Nothing is interpreted here but the name under which a delivery stands. Reading what is in it is staging's.
"""
