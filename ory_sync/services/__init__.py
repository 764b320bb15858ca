"""One class for each tag of the API; each operation is one line, the blocking twin of the async one."""
