"""A volunteer to look at, for the walk over every page."""

from typing import Any

from tests.cast import Cast


def furnish_roster(cast: Cast) -> dict[str, dict[str, Any]]:
    """Show Vito, as coordinators see him."""
    return {"roster.show_responder": {"person_id": cast.vito}}
