"""``openkp people``: give people an account and a role, at the node's console."""

import argparse
import getpass
import sys
from gettext import gettext as _

from openkp.cli.errors import Exit, UsageProblem
from openkp.cli.nodes import check_ready
from openkp.cli.output import put_json, put_table, say
from openkp.cli.typed import country, text
from openkp.scheme.words import N_, Sentence

HELP = N_("Give people an account and a role.")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """``add``, ``company``, ``grant`` and ``list``."""
    parser.add_argument("--json", action="store_true", help=_("one JSON value on stdout"))
    actions = parser.add_subparsers(dest="action", required=True, metavar=_("ACTION"))
    add = actions.add_parser("add", help=_("give a person an account"))
    add.add_argument("username", type=text(60))
    add.add_argument("--name", type=text(120), required=True, help=_("the name as it stands in documents"))
    add.add_argument("--language", default="en")
    add.add_argument("--password-stdin", action="store_true", help=_("read the password from the first line of stdin"))
    company = actions.add_parser("company", help=_("register an exporter or importer"))
    company.add_argument("authority")
    company.add_argument("name", type=text(120))
    company.add_argument("--address", type=text(240), required=True)
    company.add_argument("--country", type=country, required=True)
    company.add_argument("--licence", type=text(60, or_none=True), default="")
    grant = actions.add_parser("grant", help=_("give a person a role at an authority"))
    grant.add_argument("username")
    grant.add_argument("role", help=_("applicant, preparing_officer, validating_officer, import_officer, …"))
    grant.add_argument("authority")
    grant.add_argument("--company", default="", help=_("for an applicant: the company"))
    actions.add_parser("list", help=_("everybody and their roles"))


def run(arguments: argparse.Namespace) -> int:
    """Do what was asked, as the node's operator."""
    check_ready()
    made = {"add": add, "company": company, "grant": grant, "list": listed}[arguments.action](arguments)
    if arguments.json:
        put_json(made)
    elif arguments.action == "list" and isinstance(made, list):
        put_table([list(row.values()) for row in made], (_("User name"), _("Name"), _("Roles")))
    else:
        say(_("Done."))
    return Exit.OK


def add(arguments: argparse.Namespace) -> object:
    """An account; the password is asked for, never given on the command line."""
    from openkp.project.clock import now
    from openkp.registry.accounts.operations.people import add_person

    if arguments.password_stdin:
        password = sys.stdin.readline().rstrip("\n")
    elif sys.stdin.isatty():
        password = getpass.getpass(_("Password: "))
    else:
        raise UsageProblem(
            N_("There is no terminal to ask for the password; give --password-stdin."), code="no-password"
        )
    try:
        password.encode()
    except UnicodeEncodeError as error:
        raise UsageProblem(N_("The password is not written in UTF-8."), code="no-password") from error
    add_person(arguments.username, arguments.name, password=password, language=arguments.language, at=now())
    return {"username": arguments.username}


def company(arguments: argparse.Namespace) -> object:
    """An exporter, importer or dealer."""
    from openkp.project.clock import now
    from openkp.registry.accounts.operations.people import add_company
    from openkp.registry.participation.queries import authority_by_code

    add_company(
        authority_by_code(arguments.authority),
        arguments.name,
        address=arguments.address,
        country=arguments.country,
        licence=arguments.licence,
        at=now(),
    )
    return {"company": arguments.name}


def grant(arguments: argparse.Namespace) -> object:
    """A role at an authority."""
    from openkp.project.clock import now
    from openkp.registry.accounts.models import Company, Person
    from openkp.registry.accounts.operations import people
    from openkp.registry.accounts.roles import Role
    from openkp.registry.participation.queries import authority_by_code

    authority = authority_by_code(arguments.authority)
    person = Person.objects.filter(username=arguments.username).first()
    company = Company.objects.filter(authority=authority, name=arguments.company).first()
    if person is None or (arguments.company and company is None) or arguments.role not in list(Role):
        raise UsageProblem(
            Sentence(
                N_("No such person, company or role: %(username)s, %(company)s, %(role)s."),
                {"username": arguments.username, "company": arguments.company or "–", "role": arguments.role},
            ),
            code="unknown-name",
        )
    people.grant(person, authority, Role(arguments.role), company=company, at=now())
    return {"username": arguments.username, "role": arguments.role, "authority": arguments.authority}


def listed(arguments: argparse.Namespace) -> list[dict[str, str]]:
    """Everybody, with the roles they hold now."""
    from openkp.registry.accounts.models import Person

    found = Person.objects.order_by("username").prefetch_related("memberships__authority")
    return [
        {
            "username": person.username,
            "name": person.name,
            "roles": ", ".join(f"{m.role} {m.authority.code}" for m in person.memberships.all() if m.is_active),
        }
        for person in found
    ]
