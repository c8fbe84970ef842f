"""Promises of who looks after which places: roles, organisations and areas."""

from datetime import UTC, datetime
from itertools import product

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from nucleus.ground.database import Model, db
from nucleus.people.models import Organisation, Person, Role
from nucleus.places.models import Place
from nucleus.places.services import Whereabouts
from nucleus.resources.keeping.services import edit_area
from nucleus.resources.models import OrganisationArea, Resource
from nucleus.resources.policy import may_edit_resource
from nucleus.resources.reach import Patch, Reach, reach_of_grants, read_patch, write_patch
from tests.architecture.doors import newcomer
from tests.cast import Cast
from tests.resources.furnish import NAPLES, TEVEROLA, put_resource, resource

COMUNI = (None, "", "Teverola", "TEVEROLA", "Aversa", "Forlì")
PROVINCES = (None, "CE", "ce", "NA")
OWNERS = (None, 1, 2)
MOMENT = datetime(2026, 5, 4, 10, tzinfo=UTC)
ADMINISTRATOR = select(Person).where(Person.name == "Only administrator")
ENGLISH = {"Accept-Language": "en"}
patches = st.builds(
    Patch, st.sampled_from([None, "Teverola", "aversa", "Forlì"]), st.sampled_from([None, "CE"])
).filter(lambda patch: bool(patch.comune or patch.province))
roles = st.sampled_from([*Role])
grants = st.frozensets(st.tuples(roles, st.sampled_from(OWNERS)), max_size=3)
areas = st.lists(st.tuples(st.sampled_from([1, 2]), patches), max_size=4)


def everywhere() -> Session:
    """Return a little database with a place of each kind."""
    engine = create_engine("sqlite://")
    tables = [Model.metadata.tables[name] for name in ("place", "resource", "search_word")]
    Model.metadata.create_all(engine, tables)
    session = Session(engine)
    spots = [(None, None, None), *[(1, *where) for where in product(COMUNI, PROVINCES)]]
    for number, (owner, spot) in enumerate(product(OWNERS, spots), start=1):
        placed, comune, province = spot
        facts = {"id": number, "uid": f"{number}"}
        if placed:
            session.add(Place(**facts, comune=comune, province=province))
        at = number if placed else None
        one = Resource(**facts, name="x", category_id=1, organisation_id=owner, place_id=at)
        session.add(one)
        one.created_at = one.changed_at = MOMENT
    session.commit()
    return session


def test_the_list_holds_exactly_what_may_be_changed() -> None:
    """Whatever the roles, the organisations and the areas: SQL and policy are one rule."""
    session = everywhere()

    @given(grants, areas)
    def hold(held: frozenset[tuple[str, int | None]], drawn: list[tuple[int, Patch]]) -> None:
        reach = reach_of_grants(held, drawn)
        listed = set(session.scalars(select(Resource.id).where(reach.condition)))
        for row in session.scalars(select(Resource)):
            where = (row.place.comune, row.place.province) if row.place else (None, None)
            assert (row.id in listed) == reach.holds(row.organisation_id, *where), (row, reach)

    hold()


@given(grants, areas, st.sampled_from(OWNERS))
def test_nobody_changes_what_another_organisation_keeps(
    held: frozenset[tuple[str, int | None]], drawn: list[tuple[int, Patch]], owner: int | None
) -> None:
    reach = reach_of_grants(held, drawn)
    may = reach.holds(owner, "Teverola", "CE")
    administers = any(role == Role.ADMINISTRATOR for role, _ in held)
    coordinates = {scope for role, scope in held if role == Role.COORDINATOR}
    if administers or None in coordinates:
        assert may
    elif owner is not None:
        assert may == (owner in coordinates)
    elif not coordinates:
        assert not may
    assert (reach == Reach()) == (not administers and not coordinates)


@given(patches)
def test_an_area_reads_back_as_it_was_written(patch: Patch) -> None:
    again = read_patch(write_patch(patch.comune, patch.province))
    assert again == patch


def organisation(number: int) -> Organisation:
    return db.session.get_one(Organisation, number)


def administrator_of(cast: Cast) -> int:
    with cast.stage():
        there = db.session.scalar(ADMINISTRATOR)
        known = there.id if there else None
    return known or newcomer(cast, Role.ADMINISTRATOR)


def save_area(cast: Cast, typed: str) -> int:
    """Let an administrator write the area of Carla's organisation."""
    client = cast.signed_in(administrator_of(cast))
    data = {"area": typed}
    return client.post(f"/resources/area/edit/{cast.organisation}", data=data).status_code


def may(person: int, number: int) -> bool:
    return may_edit_resource(db.session.get(Person, person), resource(number))


def test_without_an_area_everything_stays_as_it_was(cast: Cast) -> None:
    with cast.stage():
        free, mine = put_resource(), put_resource(organisation_id=cast.organisation)
        assert (may(cast.carla, free), may(cast.carla, mine)) == (True, True)
        assert (may(cast.dario, free), may(cast.dario, mine)) == (True, False)
        assert not may(cast.vito, free)
        assert not may_edit_resource(None, resource(free))


def test_an_area_ends_where_it_ends(cast: Cast) -> None:
    with cast.stage():
        near, far = put_resource(where=TEVEROLA), put_resource(where=NAPLES)
        kept = put_resource(where=NAPLES, organisation_id=cast.organisation)
        nowhere = put_resource(where=Whereabouts())
    answer = save_area(cast, "Teverola\nAversa (CE)")
    assert answer == 303
    with cast.stage():
        assert [may(cast.carla, each) for each in (near, far, kept, nowhere)] == [
            *(True, False, True, True)
        ]
        assert may(cast.dario, far)
        assert may_edit_resource(db.session.scalar(ADMINISTRATOR), resource(far))


def test_a_foreign_place_can_be_seen_and_not_changed(cast: Cast) -> None:
    with cast.stage():
        far = put_resource(where=NAPLES)
    save_area(cast, "CE")
    carla = cast.signed_in(cast.carla)
    assert carla.get(f"/resources/resource/show/{far}").status_code == 200
    for page in ("resource/edit", "resource/retire", "capacity/edit", "keeper/edit"):
        assert carla.get(f"/resources/{page}/{far}").status_code == 404, page
    assert carla.get(f"/resources/revision/list/{far}").status_code == 404


def test_a_place_added_outside_the_own_area_is_kept_by_who_added_it(cast: Cast) -> None:
    save_area(cast, "CE")
    carla = cast.signed_in(cast.carla)
    with cast.stage():
        put_resource()
    for comune, province, keeper in (("Aversa", "CE", None), ("Napoli", "NA", cast.organisation)):
        typed = {"name": f"Nuovo {comune}", "category": "health_desk", "wheelchair": "unknown"}
        data = {**typed, "comune": comune, "province": province, "visibility": "public"}
        assert carla.post("/resources/resource/add", data=data).status_code == 303
        with cast.stage():
            row = db.session.scalars(select(Resource).order_by(Resource.id.desc())).first()
            assert row
            assert (row.name, row.organisation_id) == (f"Nuovo {comune}", keeper)


def test_an_entry_is_handed_to_an_organisation_and_back(cast: Cast) -> None:
    with cast.stage():
        number = put_resource()
    carla, page = cast.signed_in(cast.carla), f"/resources/keeper/edit/{number}"
    assert carla.post(page, data={"organisation": "99"}).status_code == 422
    assert carla.post(page, data={"organisation": str(cast.other_organisation)}).status_code == 303
    assert carla.get(page).status_code == 404
    assert cast.signed_in(cast.dario).post(page, data={"organisation": ""}).status_code == 303
    with cast.stage():
        assert resource(number).organisation_id is None


def test_too_much_is_no_area(cast: Cast) -> None:
    assert save_area(cast, "x" * 81) == 422
    assert save_area(cast, "\n".join(f"Paese {n}" for n in range(401))) == 422


def test_the_page_says_what_no_area_means(cast: Cast) -> None:
    page = cast.signed_in(cast.carla).get("/resources/area/list", headers=ENGLISH).text
    assert "wherever it is" in page
    with cast.stage():
        everyone = [cast.organisation, cast.other_organisation]
        for one in everyone:
            edit_area(organisation(one), [Patch(province="CE")], actor=cast.carla)
        assert len(db.session.scalars(select(OrganisationArea)).all()) == 2
    page = cast.signed_in(cast.carla).get("/resources/area/list", headers=ENGLISH).text
    assert "wherever it is" not in page
