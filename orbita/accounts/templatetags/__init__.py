"""Template tags of the user's own pages."""
