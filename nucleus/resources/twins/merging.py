"""Makes one entry of two, so that nothing is lost, and takes them apart again."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from nucleus.ground import journal, signals
from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.ground.lifecycle import move
from nucleus.places.models import Place
from nucleus.places.services import change_place, whereabouts_of
from nucleus.resources import revisions
from nucleus.resources.freshness import due_at
from nucleus.resources.knots import KNOTS
from nucleus.resources.models import Freshness, Resource, Revision
from nucleus.resources.services import (
    GROUP_OF,
    Occasion,
    edit_resource,
    subject_of,
)
from nucleus.resources.twins.choosing import (
    BOTH,
    GONE,
    LISTS,
    facts_of,
    questions_about,
    sides_of,
    stricter,
)
from nucleus.resources.twins.following import bring_back, follow
from nucleus.resources.twins.models import Merge, TwinPair
from nucleus.resources.twins.settling import carry_decisions, drop_decisions, forget_looks, settle
from nucleus.resources.undoing.services import put_back


class MergedOn(Exception):
    """The entry that stayed went into a third one later; that has to be undone first."""


def merge_twin(
    pair: TwinPair, choices: Mapping[str, str], *, actor: int, why: str | None = None
) -> Merge:
    """Make one entry of two, fact by fact as chosen; whatever pointed to the other follows.

    Args:
        pair: the two entries.
        choices: by knot `kept`, `gone` or `both`; what is not named is as proposed.
        actor: who merges.
        why: in their words, for whoever looks at the changes later.
    """
    kept, gone = sides_of(pair)
    said, fresh = facts_of(gone), _fresh_of(kept)
    chosen = _chosen(kept, gone, choices)
    merged_fresh = _merged_fresh(kept, gone, chosen)
    revision = _take_over(kept, gone, chosen, Occasion(actor, why))
    _write_fresh(kept, merged_fresh)
    moved = follow(gone.id, kept.id) | {"pairs": carry_decisions(gone.id, kept.id)}
    merge = Merge(
        kept_id=kept.id, gone_id=gone.id, pair_id=pair.id, at=now(), by_id=actor, said=said
    )
    merge.revision_id, merge.gone_state, merge.moved = revision, gone.state, moved
    merge.fresh = {"before": fresh, "after": _fresh_of(kept)}
    move(gone, "merged")
    gone.merged_into_id, kept.changed_at = kept.id, now()
    db.session.add(merge)
    settle(pair, "merged", actor=actor)
    _tell(kept, gone)
    journal.write("resources.merge_twin", subject_of(kept), actor=actor, gone=gone.id)
    return merge


def undo_merge(merge: Merge, *, actor: int) -> list[str]:
    """Take two entries apart; return the facts that were changed since and stay as they are.

    Raises:
        MergedOn: the entry that stayed went into another one later.
    """
    kept, gone = merge.kept, merge.gone
    if kept.state == "merged":
        raise MergedOn
    untouched = _untouched(kept, merge.fresh)
    left = _give_back(merge, actor)
    _write_fresh(kept, {group: merge.fresh["before"].get(group) for group in untouched})
    bring_back(merge.moved, gone_id=gone.id, kept_id=kept.id)
    drop_decisions(merge.moved.get("pairs", []))
    move(gone, merge.gone_state)
    gone.merged_into_id, gone.changed_at, merge.undone_at = None, now(), now()
    _show_again(gone, merge.said)
    if pair := db.session.get(TwinPair, merge.pair_id) if merge.pair_id else None:
        settle(pair, "open", actor=actor)
    _tell(kept, gone)
    journal.write("resources.undo_merge", subject_of(kept), actor=actor, gone=gone.id)
    return left


def _chosen(kept: Resource, gone: Resource, choices: Mapping[str, str]) -> dict[str, str]:
    """Return what was chosen of each knot that differs; of a choice that is none, the proposal."""
    asked = questions_about(kept, gone)
    said = {one.knot: choices.get(one.knot, one.proposed) for one in asked}
    return {
        one.knot: said[one.knot] if said[one.knot] in one.options else one.proposed for one in asked
    }


def _take_over(
    kept: Resource, gone: Resource, chosen: Mapping[str, str], occasion: Occasion
) -> int | None:
    """Write the chosen facts into the entry that stays; return the revision, if any changed."""
    facts = {
        name: _taken(kept, gone, name, how)
        for knot, how in chosen.items()
        for name in KNOTS[knot]
        if knot not in ("where", "languages") and how in (GONE, BOTH)
    }
    facts["visibility"] = stricter(kept.visibility, gone.visibility)
    facts["organisation_id"] = kept.organisation_id or gone.organisation_id
    languages = None
    if chosen.get("languages") in (GONE, BOTH):
        languages = _taken(kept, gone, "languages", chosen["languages"])
    was_at = _move_in(kept, gone, taken=chosen.get("where") == GONE)
    if not edit_resource(kept, facts, languages=languages, was_at=was_at, occasion=occasion):
        return None
    newest = select(Revision.id).where(Revision.resource_id == kept.id)
    return db.session.scalar(newest.order_by(Revision.id.desc()).limit(1))


def _taken(kept: Resource, gone: Resource, name: str, how: str) -> Any:
    """Return one fact of the other entry, or of both together."""
    mine, theirs = (_column(entry, name) for entry in (kept, gone))
    if how == GONE:
        return theirs
    if name in LISTS:
        return [*mine, *(one for one in theirs if one not in mine)]
    return "\n\n".join((mine, theirs))


def _column(entry: Resource, name: str) -> Any:
    if name == "languages":
        return [row.language for row in entry.languages]
    return getattr(entry, name)


def _move_in(kept: Resource, gone: Resource, *, taken: bool) -> dict[str, Any] | None:
    """Take over where the other is said to be, if chosen; a place that is hidden stays hidden.

    Returns what was said before, or None when nothing differs.
    """
    was = revisions.where_facts(kept.place)
    hidden = any(entry.place and entry.place.hidden for entry in (kept, gone))
    if taken:
        kept.place = gone.place
    if hidden and kept.place and not kept.place.hidden:
        _hide(kept.place, hidden=True)
    db.session.flush()
    return was if revisions.where_facts(kept.place) != was else None


def _hide(place: Place, *, hidden: bool) -> None:
    change_place(place, replace(whereabouts_of(place), hidden=hidden))


def _show_again(gone: Resource, said: Mapping[str, Any]) -> None:
    """Show a place again that only the merge had hidden."""
    was = revisions.whereabouts(said)
    if was and gone.place and gone.place.hidden and not was.hidden:
        _hide(gone.place, hidden=False)


def _give_back(merge: Merge, actor: int) -> list[str]:
    """Put back the facts the merge replaced, except what was changed again since."""
    revision = db.session.get(Revision, merge.revision_id) if merge.revision_id else None
    if revision is None:
        return []
    left = revisions.changed_since(revision)
    put_back(revision, set(revision.before) - set(left), actor=actor)
    return left


def _tell(*entries: Resource) -> None:
    """Let the rooms above know, and let both be compared with the others anew."""
    db.session.flush()
    for entry in entries:
        signals.resource_changed.send(entry.id)
    forget_looks([entry.id for entry in entries])
    db.session.expire_all()


def _fresh_of(entry: Resource) -> dict[str, Any]:
    """Return how fresh each group of facts is, as JSON keeps it."""
    return {
        row.field_group: {
            "looked_at": row.looked_at.isoformat(),
            "confirmed_at": row.confirmed_at.isoformat() if row.confirmed_at else None,
            "by_id": row.by_id,
            "how": row.how,
        }
        for row in entry.freshness
    }


def _merged_fresh(
    kept: Resource, gone: Resource, chosen: Mapping[str, str]
) -> dict[str, dict[str, Any] | None]:
    """Return how fresh the chosen facts are: to merge is not to call there and ask.

    A group all from one entry keeps that entry's dates; of a mixed one the older dates hold.
    """
    mine, theirs = _fresh_of(kept), _fresh_of(gone)
    merged = {}
    for group in {*mine, *theirs}:
        knots = [knot for knot in chosen if GROUP_OF.get(knot, "existence") == group]
        from_gone = {chosen[knot] == GONE for knot in knots if chosen[knot] != BOTH}
        mixed = len(from_gone) != 1 or any(chosen[knot] == BOTH for knot in knots)
        merged[group] = _older(mine.get(group), theirs.get(group)) if mixed and knots else None
        if not knots:
            merged[group] = _newer(mine.get(group), theirs.get(group))
        elif not mixed:
            merged[group] = theirs.get(group) if True in from_gone else mine.get(group)
    return merged


def _date(fresh: Mapping[str, Any] | None) -> str:
    """Return when a group was confirmed, in a form that sorts; never comes first."""
    return str((fresh or {}).get("confirmed_at") or "")


def _older(one: Any, other: Any) -> Any:
    return min((each for each in (one, other) if each), key=_date)


def _newer(one: Any, other: Any) -> Any:
    return max((each for each in (one, other) if each), key=_date)


def _untouched(kept: Resource, fresh: Mapping[str, Any]) -> list[str]:
    """Return the groups nobody has looked at since the merge."""
    today = _fresh_of(kept)
    groups = {*fresh["before"], *fresh["after"]}
    return sorted(one for one in groups if today.get(one) == fresh["after"].get(one))


def _write_fresh(entry: Resource, fresh: Mapping[str, Mapping[str, Any] | None]) -> None:
    """Write how fresh groups of facts are; a group of which nothing is known has no row."""
    rows = {row.field_group: row for row in entry.freshness}
    for group, said in fresh.items():
        row = rows.get(group)
        if said is None:
            if row is not None:
                entry.freshness.remove(row)
            continue
        if row is None:
            row = Freshness(field_group=group)
            entry.freshness.append(row)
        _fill(row, said, entry.uid)
    db.session.flush()


def _fill(row: Freshness, said: Mapping[str, Any], uid: str) -> None:
    confirmed = said["confirmed_at"]
    row.looked_at = datetime.fromisoformat(said["looked_at"])
    row.confirmed_at = datetime.fromisoformat(confirmed) if confirmed else None
    row.by_id, row.how = said["by_id"], said["how"]
    row.due_at = due_at(uid, row.field_group, looked=row.looked_at, confirmed=row.confirmed_at)
