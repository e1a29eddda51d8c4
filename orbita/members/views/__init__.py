"""Pages of users, invitations and teams."""
