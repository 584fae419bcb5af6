"""Telling units what is still expected of them: who is reminded when, in which words, and that it was sent.

A notice goes to the mailbox of a role, never of a person, and holds counts and cells, never a value of a person.
"""
