"""Who still fits: the needs of an alert are places, and the people coming sit on them (pure).

*Three, one of whom speaks Arabic* is one place for an Arabic speaker and two for anybody. The
first Arabic speaker may sit anywhere as long as the others can be moved: that is a bipartite
matching, found by augmenting paths (Kuhn's algorithm).
"""

from collections.abc import Mapping

Fits = Mapping[int, frozenset[int]]  # person -> the needs they could fill
Places = Mapping[int, int]  # need -> how many it asks for


def seat(fits: Fits, places: Places) -> dict[int, int]:
    """Return person → need for as many people as can sit at once.

    Args:
        fits: for each person, the needs they could fill.
        places: for each need, how many people it asks for; the rarest need first, so that
            who could fill it is not counted elsewhere.
    """
    seated: dict[int, int] = {}
    for person in fits:
        _find_seat(person, set(), seated=seated, fits=fits, places=places)
    return seated


def filled(fits: Fits, places: Places) -> dict[int, int]:
    """Return need → how many of its places are taken, everybody seated as well as can be."""
    needs = list(seat(fits, places).values())
    return {need: needs.count(need) for need in places}


def open_places(fits: Fits, places: Places) -> dict[int, int]:
    """Return need → how many places are still free, without the needs that are met."""
    taken = filled(fits, places)
    return {need: count - taken[need] for need, count in places.items() if count > taken[need]}


def ways_in(fits: Fits, places: Places) -> frozenset[int]:
    """Return the needs through which one more person could be taken.

    A need that is met is still a way in when somebody who sits there can move to a free place.
    Nobody is taken beyond the number of places, even when a qualification lapsed meanwhile and
    its holder no longer fits where they were accepted.
    """
    if len(fits) >= sum(places.values()):
        return frozenset()
    seated = seat(fits, places)
    found = set(open_places(fits, places))
    while more := {
        need for person, need in seated.items() if need not in found and fits[person] & found
    }:
        found |= more
    return frozenset(found)


def may_be_taken(person_fits: frozenset[int], fits: Fits, places: Places) -> bool:
    """Say whether a person can join those already taken without sending any of them away."""
    return bool(person_fits & ways_in(fits, places))


def _find_seat(
    person: int, tried: set[int], *, seated: dict[int, int], fits: Fits, places: Places
) -> bool:
    """Seat a person, moving others where needed; say whether it could be done."""
    for need in places:
        if need in tried or need not in fits[person]:
            continue
        tried.add(need)
        sitting = [other for other, where in seated.items() if where == need]
        if len(sitting) < places[need] or any(
            _find_seat(other, tried, seated=seated, fits=fits, places=places) for other in sitting
        ):
            seated[person] = need
            return True
    return False
