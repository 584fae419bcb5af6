"""Deliveries as received: bytes found in the landing zone or pulled from a database, stored by their hash.

Nothing is interpreted here but the name of a delivery. Reading what is in it is staging's.
"""
