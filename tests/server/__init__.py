"""The product as it is really served: gunicorn, its processes, a database that comes and goes."""
