"""python -m mogul.cli."""

import sys

from mogul.cli import main

sys.exit(main())
