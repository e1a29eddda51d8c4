"""The audit log as a page: who did what to the account, and from where.

What is written and that it stays is the affair of `accounts.audit`; here it is read, and what the
ledger knows about access is told to it.
"""
