"""Makes the examples importable; at the end of the path, so that the packages are those that are installed."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2]))
