"""Benchmarks: each measures this SDK beside something else, in the same run, and gives a ratio."""
