"""``python -m ctok``: the same as the command ``ctok``."""

import sys

from .cli import main

if __name__ == "__main__":
    sys.exit(main())
