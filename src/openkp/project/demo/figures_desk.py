"""What a node's desk does in statistics, for the demonstration: the same operations that people use."""

from datetime import datetime
from typing import Any

from openkp.documents.total_proof import Grade
from openkp.documents.total_v1 import Scope
from openkp.figures.engines import duckdb_engine
from openkp.figures.summary import years_filed
from openkp.figures.world.making import make_world, write_world
from openkp.project.demo.desk import Desk
from openkp.registry.accounts.actors import ANYONE
from openkp.registry.accounts.roles import Role
from openkp.registry.statistics.facts import lake, node_facts
from openkp.registry.statistics.models import AnomalyFound, Draft, ProvenTotal
from openkp.registry.statistics.operations.analyse import allocate, run_anomalies
from openkp.registry.statistics.operations.ask import open_questionnaire, send_questionnaire
from openkp.registry.statistics.operations.draft import OPEN, generate_return, save_draft, start_draft
from openkp.registry.statistics.operations.file import file_return, prepare_return
from openkp.registry.statistics.operations.import_source import import_source
from openkp.registry.statistics.operations.prove_total import prove_total
from openkp.registry.statistics.operations.release import build_release, publish_release
from openkp.registry.statistics.proofs import proof_of
from openkp.scheme.periods import Period
from openkp.scheme.returns import Flow, ReturnKind

BASIS = "FOB"
"""What certificates state; the documents do not say it, so a person does."""


class FiguresDesk(Desk):
    """A desk that also files, imports, publishes, asks and proves."""

    def write_return(self, who: str, kind: str, period: str, typed: dict[str, Any] | None, at: datetime) -> None:
        """A return, prepared by the first person: as typed, or from the node's own documents."""
        actor = self._actor(who)
        authority = next(iter(actor.authorities(Role.STATISTICIAN)))
        named = (authority, ReturnKind(kind), Period.parse(period))
        if typed is None:
            draft = generate_return(*named, actor=actor, at=at)
            fields = {**draft.fields, "value_basis": BASIS}
            draft = save_draft(draft.pk, fields, actor=actor, at=at, came="generated")
        else:
            draft = save_draft(start_draft(*named, actor=actor, at=at).pk, typed, actor=actor, at=at)
        prepare_return(draft.pk, actor=actor, at=at)

    def file_return(self, who: str, kind: str, period: str, at: datetime) -> None:
        """The same return, signed by the second person and posted."""
        actor = self._actor(who)
        draft = Draft.objects.get(
            authority_id__in=actor.authorities(Role.STATISTICIAN), kind=kind, period=period, status__in=OPEN
        )
        file_return(draft.pk, actor=actor, at=at)
        self._post(at)

    def import_figures(self, who: str, data: bytes, name: str, kind: str, at: datetime) -> None:
        """A file of figures, kept as it came."""
        import_source(data, name, kind=kind, actor=self._actor(who), at=at)

    def make_world(self, seed: int, certificates: int) -> None:
        """The synthetic year, beside the real history and never in it."""
        write_world(make_world(seed, certificates=certificates), lake())

    def release_figures(self, builder: str, publisher: str, at: datetime) -> int:
        """Every year that was filed, built by one person and published by another; how many editions that were."""
        count = 0
        for world in ("real", "synthetic"):
            for year in _years(world):
                made = build_release(year, world=world, actor=self._actor(builder), at=at)
                publish_release(made.pk, actor=self._actor(publisher), at=at)
                count += 1
        return count

    def ask_about(self, who: str, participant: str, at: datetime) -> str:
        """Look for anomalies in the years of a Participant's returns, and send one questionnaire about the worst."""
        actor = self._actor(who)
        for year in _years("real")[-3:]:
            run_anomalies(year, actor=actor, at=at)
        allocate(at.year, actor=actor, at=at)
        worst = AnomalyFound.objects.filter(participant=participant, state="computed").order_by("-severity", "pk")[:2]
        if not worst:
            return ""
        asked = open_questionnaire([row.pk for row in worst], actor=actor, at=at)
        send_questionnaire(asked.pk, actor=actor, at=at)
        self._post(at)
        return str(asked.reference)

    def prove_figures(self, who: str, flow: str, year: int, at: datetime) -> dict[str, Any]:
        """A proven total of the year, posted to the Secretariat."""
        actor = self._actor(who)
        participant = next(iter(actor.participants(Role.STATISTICIAN)))
        scope = Scope(participant=participant, flow=Flow(flow), period=Period(year))
        row = prove_total(scope, actor=actor, at=at)
        self._post(at)
        return {"period": row.period, "carats": str(row.carats), "usd": str(row.usd), "certificates": row.certificates}

    def total_proof(self, at: datetime) -> bytes:
        """The proof of the newest total, in the grade that anybody may have."""
        return proof_of(ProvenTotal.objects.latest("pk"), Grade.PUBLIC, actor=ANYONE, at=at)


def _years(world: str) -> list[int]:
    engine = duckdb_engine(node_facts(world=world))
    try:
        return years_filed(engine)
    finally:
        engine.close()
