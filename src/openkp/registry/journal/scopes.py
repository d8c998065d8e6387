"""Which entries of the journal a person may read: those about their own authorities, where a node hosts several."""

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q
from django.db.models.functions import Substr

from openkp.registry.accounts.actors import Actor
from openkp.registry.accounts.models import ApiToken, Person
from openkp.registry.accounts.roles import Role
from openkp.registry.certificates.queries import seen_applications, seen_certificates
from openkp.registry.participation.models import Authority, NodeKey

WATCHERS = (Role.AUDITOR, Role.ADMINISTRATOR)


def visible_to(actor: Actor) -> Q:
    """The entries whose subject this person watches; all of them where they watch every authority of the node."""
    watched = actor.authorities(*WATCHERS)
    hosted = dict(Authority.objects.values_list("pk", "code"))
    if watched.issuperset(hosted):
        return Q()
    codes = [code for pk, code in hosted.items() if pk in watched]
    return (
        Q(subject__in=_own_subjects(watched, codes))
        | _starting([f"{kind}:{code}/" for code in codes for kind in ("company", "return")])
        | _about(
            "application:", seen_applications(actor).filter(authority__in=watched, reference=_rest("application:"))
        )
        | _about("certificate:", seen_certificates(actor).filter(number=_rest("certificate:")))
    )


def _own_subjects(watched: frozenset[int], codes: list[str]) -> list[str]:
    """Authorities, their keys and their people: few, so they are named."""
    people = Person.objects.filter(memberships__authority__in=watched).distinct()
    keys = NodeKey.objects.filter(authority__in=watched).values_list("kid", flat=True)
    tokens = ApiToken.objects.filter(person__in=people).values_list("person_id", flat=True).distinct()
    return [
        *(f"authority:{code}" for code in codes),
        *(f"person:{username}" for username in people.values_list("username", flat=True)),
        *(f"person:{person}" for person in tokens),
        *(f"key:{bytes(kid).hex()}" for kid in keys),
    ]


def _starting(prefixes: list[str]) -> Q:
    found = Q(pk__in=[])
    for prefix in prefixes:
        found |= Q(subject__startswith=prefix)
    return found


def _rest(prefix: str) -> Substr:
    return Substr(OuterRef("subject"), len(prefix) + 1)


def _about(prefix: str, rows: object) -> Q:
    """Entries about one of these rows, found by the row's own index."""
    exists = ExpressionWrapper(Exists(rows), output_field=BooleanField())  # type: ignore[arg-type]
    return Q(subject__startswith=prefix) & Q(exists)
