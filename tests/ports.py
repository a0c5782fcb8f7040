"""Where servers listen, and whether they do."""

import contextlib
import secrets
import socket
import urllib.request

PATIENCE = 60
"""Seconds in which what a test waits for comes. No machine is judged by it: only a test that fails takes so long."""


def free_port():
    """A port that nobody has, and that the system gives to no client a moment later."""
    while True:
        port = 20_000 + secrets.randbelow(12_000)
        with socket.socket() as found, contextlib.suppress(OSError):
            found.bind(("127.0.0.1", port))
            return port


def answers(address):
    try:
        with urllib.request.urlopen(address, timeout=2) as response:
            return response.status == 200
    except OSError:
        return False
