"""Suspected duplicates: pairs of records that may mean the same, found in the database.

`rules` says by what two records are recognised as alike (it follows from `Kind.matching`, contact
data and the name), `searching` looks through all records of a kind at once, `keeping` keeps the
pairs right after each deed, `reading` is what a viewer may see of them, `noticing` tells
administrators of records that were added beside ones of which their author may not know.
"""
