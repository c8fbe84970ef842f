"""The pages on which two entries that may be one place are looked at, merged or kept apart."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from nucleus.ground import clock, i18n
from nucleus.ground.heard import page_asked
from nucleus.ground.i18n import joined
from nucleus.ground.web import may
from nucleus.people.policy import who
from nucleus.resources import policy
from nucleus.resources.freshness import badge_of, confirmations
from nucleus.resources.models import Resource
from nucleus.resources.queries import categories
from nucleus.resources.twins import merging, settling
from nucleus.resources.twins.choosing import fingerprint, questions_about, sides_of, stricter
from nucleus.resources.twins.forms import MergeTwin, merging_form
from nucleus.resources.twins.models import Merge, TwinPair
from nucleus.resources.twins.policy import may_merge_twin, may_part_twin
from nucleus.resources.twins.queries import merge_by_id, pair_by_id, twin_pairs
from nucleus.resources.views.room import page_of, resources
from nucleus.resources.wording import FACTS

PAGE = 30


@resources.get("/twin/list")
@may(policy.may_list_resource)
def list_twins() -> str:
    """Show the entries that may be one place, the most alike first; or what was settled."""
    page, settled = page_asked(), "settled" in request.args
    rows, total = twin_pairs(policy.my_reach(), page, PAGE, settled=settled)
    last = max(1, -(-total // PAGE))
    return render_template(
        "resources/list_twins.html", rows=rows, total=total, page=page, last=last, settled=settled
    )


@resources.route("/twin/merge/<int:pair_id>", methods=["GET", "POST"])
@may(policy.may_list_resource)
def merge_twin(pair_id: int) -> ResponseReturnValue:
    """Show two entries side by side, and make one of them as chosen."""
    pair = find_pair(pair_id)
    kept, gone = sides_of(pair)
    if pair.state == "merged":
        return redirect(page_of(kept), 303)
    if request.method == "POST" and not may_merge_twin(pair):
        abort(404)
    form = choosing_form(kept, gone)
    undecided = pair.state == "open"
    if not (undecided and form.validate_on_submit()):
        return show_pair(pair, form), 422 if request.method == "POST" else 200
    why = form.why.data or None
    merging.merge_twin(pair, form.choices(), actor=who().id, why=why)
    flash(_("The two are one entry now. Nothing was lost: you can take them apart again."), "ok")
    return redirect(url_for("resources.list_revisions", resource_id=kept.id), 303)


@resources.post("/twin/part/<int:pair_id>")
@may(policy.may_list_resource)
def part_twin(pair_id: int) -> ResponseReturnValue:
    """Remember that they are not the same."""
    pair = find_open_pair(pair_id)
    settling.part_twin(pair, actor=who().id)
    flash(_("We will remember that these are two, and will not ask again."), "ok")
    return redirect(url_for("resources.list_twins"), 303)


@resources.post("/twin/join/<int:pair_id>")
@may(policy.may_list_resource)
def join_twin(pair_id: int) -> ResponseReturnValue:
    """Let two services stand at one place."""
    pair = find_open_pair(pair_id)
    if not (may_merge_twin(pair) and (pair.low.place or pair.high.place)):
        abort(404)
    settling.join_twin(pair, actor=who().id)
    flash(_("They stand at one place now, as two services."), "ok")
    return redirect(url_for("resources.list_twins"), 303)


@resources.post("/twin/reopen/<int:pair_id>")
@may(policy.may_list_resource)
def reopen_twin(pair_id: int) -> ResponseReturnValue:
    """Ask about two entries again."""
    pair = find_pair(pair_id)
    if not may_part_twin(pair) or pair.state not in settling.SETTLED:
        abort(404)
    settling.reopen_twin(pair, actor=who().id)
    return redirect(url_for("resources.merge_twin", pair_id=pair.id), 303)


@resources.post("/merge/undo/<int:merge_id>")
@may(policy.may_list_resource)
def undo_merge(merge_id: int) -> ResponseReturnValue:
    """Take two entries apart again."""
    merge = find_merge(merge_id)
    kept_id = merge.kept_id
    try:
        left = merging.undo_merge(merge, actor=who().id)
    except merging.MergedOn:
        words = _("This entry was merged into another one later. Take those apart first.")
        flash(words, "problem")
    else:
        flash(_("They are two entries again."), "ok")
        if left:
            names = joined(str(FACTS.get(name, name)) for name in left)
            flash(_("Changed since, and left as it is: %(names)s", names=names), "problem")
    return redirect(url_for("resources.list_revisions", resource_id=kept_id), 303)


def show_pair(pair: TwinPair, form: MergeTwin) -> str:
    """Draw two entries side by side, with the questions for whoever may answer them."""
    kept, gone = sides_of(pair)
    now = clock.now()
    sides = (kept, gone)
    badges = [badge_of(confirmations(one.freshness), now) for one in sides]
    return render_template(
        "resources/merge_twin.html",
        pair=pair,
        sides=list(zip(sides, badges, strict=True)),
        form=form,
        questions=[field for field in form if field.name.startswith("pick_")],
        visibility=stricter(kept.visibility, gone.visibility),
        narrower=kept.visibility != gone.visibility,
        hides=any(one.place and one.place.hidden for one in sides),
        may_merge=may_merge_twin(pair),
        may_part=may_part_twin(pair),
    )


def choosing_form(kept: Resource, gone: Resource) -> MergeTwin:
    """Return the form about two entries, in the reader's words."""
    language = i18n.language()
    labels = {term.id: term.label(language) for term in categories()}
    return merging_form(questions_about(kept, gone), labels, seen=fingerprint(kept, gone))


def find_pair(pair_id: int) -> TwinPair:
    """Return a pair of entries; who keeps the list may see both."""
    return pair_by_id(pair_id) or abort(404)


def find_open_pair(pair_id: int) -> TwinPair:
    """Return a pair that is still open, of which whoever is here keeps at least one."""
    pair = find_pair(pair_id)
    if pair.state != "open" or not may_part_twin(pair):
        abort(404)
    return pair


def find_merge(merge_id: int) -> Merge:
    """Return a merge that stands, into an entry whoever is here may change."""
    merge = merge_by_id(merge_id)
    if merge is None or merge.undone_at:
        abort(404)
    if not all(policy.may_edit_resource(who(), entry) for entry in (merge.kept, merge.gone)):
        abort(404)
    return merge
