"""What the black-box tests stand on: the server as a process, databases, clients, a webhook receiver."""
