"""What `make bench` runs: the real web server over HTTP, with bulk data, against our budgets."""
