"""What is broken now, before it is needed: each thing looked at, with a sentence and a remedy if it does not hold.

A pipeline that runs three times a year is forgotten in between. What is found here is reported to who runs it.
"""
