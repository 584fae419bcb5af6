"""Copies elsewhere by one copier: a backup in generations, which is put back, and a mirror of releases for readers."""
