"""``python -m aili`` is ``aili``."""

from aili.cli import main

main()
