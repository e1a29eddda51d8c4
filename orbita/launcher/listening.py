"""The web server's socket, opened by the launcher and handed down.

So a port in use is noticed before anything starts, and a web server that is started again finds its
callers waiting in the queue instead of turned away.
"""

import errno
import socket

from orbita.launcher.say import Failure

_BACKLOG = 512


def listen(host: str, port: int) -> socket.socket:
    """A listening TCP socket; raises Failure with one sentence where that cannot be."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    server = socket.socket(family, socket.SOCK_STREAM)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        server.bind((host, port))
        server.listen(_BACKLOG)
    except OSError as error:
        server.close()
        raise Failure(_sentence(error, host, port)) from error
    return server


def _sentence(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is in use by another program; choose another one: PORT=8001 make run"
    if error.errno == errno.EACCES:
        return f"Port {port} is reserved for root; choose one from 1024 up: PORT=8000 make run"
    return f"Cannot listen on {host}, port {port}: {error.strerror or error}."
