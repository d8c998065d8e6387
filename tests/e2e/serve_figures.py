"""Serve a node with published figures:  python -m tests.e2e.serve_figures PORT   (OPENKP_HOME is its directory)"""

import json
import sys
from datetime import timedelta

from openkp.project.start import migrate, set_up


def furnish() -> None:
    """Real history, and a small synthetic world beside it."""
    from openkp.project.clock import now
    from openkp.registry.statistics.facts import lake
    from openkp.registry.statistics.operations.release import made_from
    from tests.factories import node
    from tests.portal.figures.factory import by_hand, published, real_history

    at = now() - timedelta(days=6)
    node(at)
    real_history(at)
    published(by_hand(), world="synthetic", year=2025, at=at)
    if lake().exists():  # a world that ``openkp world --out`` wrote there, to look at pages full of trade
        content = made_from(
            {"on": at.date().isoformat(), "sources": []}, year=2024, world="synthetic", reading="resolved"
        )
        published(json.loads(content), world="synthetic", at=at)


def main(port: int) -> None:
    """Furnish and serve."""
    set_up()
    migrate()
    furnish()
    from wsgiref.simple_server import make_server

    from django.core.wsgi import get_wsgi_application

    from tests.portal.site.serve_gallery import Quiet, Threading

    make_server("127.0.0.1", port, get_wsgi_application(), Threading, Quiet).serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]))
