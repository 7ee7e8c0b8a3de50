"""`python -m albumen`."""

import sys

from albumen.start import main

sys.exit(main())
