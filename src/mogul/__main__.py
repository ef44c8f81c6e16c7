"""python -m mogul."""

import sys

from mogul.cli import main

sys.exit(main())
