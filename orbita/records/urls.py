"""Addresses of records, the same for every kind."""

urlpatterns: list = []
