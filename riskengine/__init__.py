"""A rule-driven compliance-risk engine for regulated operators: credit grades that are exact, explained and replayable."""
