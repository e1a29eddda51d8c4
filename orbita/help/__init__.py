"""The help: articles that are shipped with the product, as files in each language."""
