"""The Spark engine: the same pipeline in Spark's SQL, carried out by a cluster or by this machine's cores.

Records are read and checked by DuckDB on the machine that starts the run, which writes them as Parquet files for Spark;
no record passes through Python.

Not here: what the SQL says (engines.sql), reading and validating (records, by way of engines.duckdb).
May import: engines.duckdb, engines.sql, engines.base, plan, contract, kernel; pyspark, duckdb and pyarrow inside.
"""

from riskengine.engines.spark.engine import SparkEngine

__all__ = ["SparkEngine"]
