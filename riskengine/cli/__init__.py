"""The command line: each command parses, calls one function of a room below, and prints.

Not here: anything a library user would want (facade, results, reports).
May import: every room; click and rich live here.
"""
