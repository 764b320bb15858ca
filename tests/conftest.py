from __future__ import annotations

from hypothesis import settings

settings.register_profile("ory", deadline=None, max_examples=150, database=None)
settings.load_profile("ory")
