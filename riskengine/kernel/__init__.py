"""What every room needs and what knows no domain: problems, errors, decimals, windows, YAML with places, languages.

Not here: anything that knows an operator, a violation, a grade or a law.
May import: the standard library, PyYAML, pydantic and rfc8785; no room of this package.
"""
