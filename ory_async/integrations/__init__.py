"""Bridges to other packages, one file for each; none is imported unless it is used."""
