"""Ports that a program can be told before it listens."""
import socket


def free_port():
    """One of loopback that nobody has; whoever is told it takes it soon."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
