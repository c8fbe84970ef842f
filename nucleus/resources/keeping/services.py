"""Verbs that say who looks after which places."""

from collections.abc import Iterable

from sqlalchemy import delete

from nucleus.ground import journal
from nucleus.ground.database import db
from nucleus.people.models import Organisation
from nucleus.resources.models import OrganisationArea, Resource
from nucleus.resources.reach import Patch
from nucleus.resources.services import Occasion, edit_resource


def edit_area(organisation: Organisation, patches: Iterable[Patch], *, actor: int) -> None:
    """Say anew where an organisation looks after what nobody else keeps; nothing means all."""
    old = OrganisationArea.organisation_id == organisation.id
    db.session.execute(delete(OrganisationArea).where(old))
    rows = [
        OrganisationArea(
            organisation_id=organisation.id, comune=patch.comune, province=patch.province
        )
        for patch in patches
    ]
    db.session.add_all(rows)
    subject = f"organisation:{organisation.id}"
    journal.write("resources.edit_area", subject, actor=actor, parts=len(rows))


def edit_keeper(resource: Resource, organisation_id: int | None, *, actor: int) -> None:
    """Give an entry to an organisation, or to whoever's area it is in."""
    was = resource.organisation_id
    if was == organisation_id:
        return
    edit_resource(resource, {"organisation_id": organisation_id}, occasion=Occasion(actor))
    subject = f"resource:{resource.id}"
    journal.write("resources.edit_keeper", subject, actor=actor, was=was, now=organisation_id)
