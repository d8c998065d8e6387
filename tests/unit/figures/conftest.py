"""One Spark session for the whole run: it takes seconds to start."""

import os
import shutil
import sys
import warnings

import pytest


def pytest_collection_modifyitems(items):
    """Spark's tests first and together, so that of several workers one alone starts it."""
    items.sort(key=lambda item: "spark" not in getattr(item, "fixturenames", ()))


@pytest.fixture(scope="session")
def spark():
    """The session, quiet; tests that need it are skipped where Java or pyspark is missing, and say so."""
    if shutil.which("java") is None and not os.environ.get("JAVA_HOME"):
        pytest.skip("no Java: Spark needs Java 17 or later")
    pytest.importorskip("pyspark", reason="no pyspark: install openkp[spark]")
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    from openkp.figures.spark import session

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what pyspark says of its own start is not ours to mend
        started = session()
    yield started
    started.stop()
