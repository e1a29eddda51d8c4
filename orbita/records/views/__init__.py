"""Pages of records, the same for every kind."""
