"""Speed and quality against peers, each module a command that prints a table."""
