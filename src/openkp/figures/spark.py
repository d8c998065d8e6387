"""The Spark session: local, quiet, in UTC. Imported only by who asks for Spark."""

from typing import Any

CONFIGURATION = {
    "spark.master": "local[2]",
    "spark.ui.enabled": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.shuffle.partitions": "4",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.log.level": "ERROR",
    "spark.ui.showConsoleProgress": "false",
}


def session(**more: str) -> Any:
    """The one session of this process. Raises ``ImportError`` without the extra ``openkp[spark]``."""
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.appName("openkp")
    for name, value in (CONFIGURATION | more).items():
        builder = builder.config(name, value)
    return builder.getOrCreate()
