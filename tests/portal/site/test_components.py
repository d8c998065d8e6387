"""Our Jinja environment renders the design system's own fixtures as the design system does."""

import json
import re

import pytest
from django.template import engines

from openkp.project.assets import ASSETS

FIXTURES = ASSETS / "node_modules" / "govuk-frontend" / "dist" / "govuk" / "components"
USED = (
    "back-link", "character-count", "checkboxes", "date-input", "file-upload", "generic-header", "input",
    "pagination", "radios", "select", "service-navigation", "skip-link", "textarea",
)  # fmt: skip


def plain(html: str) -> str:
    """Without the spaces that no reader sees."""
    return re.sub(r"\s*([<>])\s*", r"\1", re.sub(r"\s+", " ", html)).strip()


def unescaped(html: str) -> str:
    """The two spellings of an apostrophe and a quote made one."""
    return html.replace("&#34;", "&quot;").replace("&#x27;", "&#39;")


@pytest.mark.skipif(
    not FIXTURES.is_dir(), reason="the npm packages are not installed (python -m openkp.project.assets)"
)
@pytest.mark.parametrize("component", USED)
def test_the_official_fixtures_come_out_the_same(component):
    macro = "govuk" + "".join(part.capitalize() for part in component.split("-"))
    source = (
        f'{{% from "govuk_frontend_jinja/components/{component}/macro.html" import {macro} %}}{{{{ {macro}(params) }}}}'
    )
    template = engines["jinja2"].env.from_string(source)
    fixtures = json.loads((FIXTURES / component / "fixtures.json").read_text())["fixtures"]
    assert fixtures
    different = [
        fixture["name"]
        for fixture in fixtures
        if plain(unescaped(template.render(params=fixture["options"]))) != plain(unescaped(fixture["html"]))
    ]
    assert different == []
