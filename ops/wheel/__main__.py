"""`python -m albumen`."""

import sys

from .start import main

sys.exit(main())
