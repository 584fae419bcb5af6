"""Health checks: what is broken now, before it is needed, each with a sentence and a remedy.

A pipeline that runs three times a year is forgotten in between. The findings are reported to the operators.
"""
