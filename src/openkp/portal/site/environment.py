"""The Jinja environment of all pages: components, filters, translation."""

from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils import translation
from jinja2 import ChoiceLoader, Environment, PackageLoader, PrefixLoader

from openkp.portal.site import bridge, formats
from openkp.portal.site.outcomes import OUTCOMES
from openkp.portal.site.static import static


def environment(**options: Any) -> Environment:
    """What `TEMPLATES` names: Django's own options, and ours on top."""
    options["loader"] = ChoiceLoader(
        [options["loader"], PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})]
    )
    options |= {"extensions": ["jinja2.ext.i18n", "jinja2.ext.do"], "trim_blocks": True, "lstrip_blocks": True}
    env = Environment(**options | {"autoescape": True})  # nosec B701  (the check cannot read it through the stars)
    install_gettext(env)
    env.filters.update(formats.FILTERS)
    env.globals.update(
        static=static,
        url=path,
        path_to=path_to,
        outcomes=OUTCOMES,
        govuk_field=bridge.govuk_field,
        rule_page=bridge.rule_page,
    )
    return env


def install_gettext(env: Environment) -> None:
    """Django's translations, asked at each rendering, with named gaps that are escaped."""
    env.install_gettext_callables(  # type: ignore[attr-defined]
        translation.gettext,
        translation.ngettext,
        newstyle=True,
        pgettext=translation.pgettext,
        npgettext=translation.npgettext,
    )


def path(name: str, *arguments: Any, **named: Any) -> str:
    """`url("certificate", number)`: Django's reverse under the name that templates know."""
    return reverse(name, args=arguments or None, kwargs=named or None)


def path_to(name: str, otherwise: str = "") -> str:
    """The address of a page that this node may or may not have."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return otherwise
