"""One class for each tag of the API; an operation is a signature, a docstring and one call."""
