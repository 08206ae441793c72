"""The command line as a job of ``spark-submit``: what it is given after this file is what ``riskengine`` is given.

spark-submit --master spark://HOST:7077 --executor-memory 4g examples/spark_job.py \
    grade operators.parquet --violations violations.parquet --as-of 2022-12-31 \
    --engine spark --work /shared/work --out runs
"""

from riskengine.cli.main import main

if __name__ == "__main__":
    main()
