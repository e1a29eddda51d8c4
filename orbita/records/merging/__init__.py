"""Merging: several records of a kind become one, and everything that points at them follows.

`merge.merge` is the verb, `plan.Plan` what its page shows, `survivors` where old addresses lead.
A slice whose table points at records need say nothing: `ends` walks the foreign keys. It may
register a mover for a table with rules of its own (`ends.register_mover`), and what the preview
counts (`counts.register`).
"""
