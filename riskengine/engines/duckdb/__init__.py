"""The DuckDB engine: a plan as a pipeline of SQL, carried out by DuckDB in this process.

Not here: what the SQL says (engines.sql), reading and validating (records).
May import: engines.sql, engines.base, plan, contract, kernel; duckdb and pyarrow inside.
"""

from riskengine.engines.duckdb.engine import DuckDBEngine

__all__ = ["DuckDBEngine"]
