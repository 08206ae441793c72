"""Data only: the areas, risk points and law register of the catalogue, as YAML."""
