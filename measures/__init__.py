"""Data only: the preventive measures of the catalogue, as YAML."""
