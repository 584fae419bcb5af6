"""Releases on object storage: a copy for readers, made after a release has come out."""
