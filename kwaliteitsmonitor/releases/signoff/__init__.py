"""Signing a draft off as final."""
