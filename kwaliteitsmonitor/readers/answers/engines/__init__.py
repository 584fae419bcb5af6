"""Counting answers, written once: the same expressions for the embedded engine, a database, and Spark."""
