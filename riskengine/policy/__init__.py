"""A policy as it is written: the YAML, its expressions, and whether it holds together.

Not here: what is done with it (plan), who does it (engines).
May import: contract, kernel; sqlglot in ``parser`` alone.
"""

from riskengine.policy.aggregates import fact_source
from riskengine.policy.check import check_policy
from riskengine.policy.checked import CheckedPolicy, Known
from riskengine.policy.load import DEFAULT_POLICY, PolicyFile, parse_policy, read_policy, shipped_file, shipped_policies
from riskengine.policy.model import Policy
from riskengine.policy.schema import policy_schema, schema_text
from riskengine.policy.scope import tally_type

__all__ = [
    "DEFAULT_POLICY",
    "CheckedPolicy",
    "Known",
    "Policy",
    "PolicyFile",
    "check_policy",
    "fact_source",
    "parse_policy",
    "policy_schema",
    "read_policy",
    "schema_text",
    "shipped_file",
    "shipped_policies",
    "tally_type",
]
