"""Who works in the account: users, invitations, teams, and what becomes of what leavers had."""
