"""Segments of records: points for values, computed with every deed and never by hand.

`rules` knows what the account has decided, `asking` turns it into a question, `computing` stores
the answers, `following` finds what a deed has touched, `changing` has the verbs of the settings.
"""
