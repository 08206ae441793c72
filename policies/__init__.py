"""Data only: the shipped policies, one folder each, as YAML."""
