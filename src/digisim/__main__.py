"""``python -m digisim`` is the command line."""

import sys

from digisim.cli import main

if __name__ == "__main__":  # worker processes import this file too
    sys.exit(main())
