"""Example arguments for the pages that need some, so that the walk can open every page.

A room whose pages take arguments has a `tests/<room>/furnish.py`: it makes one row of each kind and
returns, for each endpoint, its arguments: `{"resources.show_resource": {"resource_id": 1}}`.
"""

from collections.abc import Callable
from typing import Any

from tests.accounts.furnish import furnish_accounts
from tests.alerts.providers.furnish import furnish_providers
from tests.browser.alert_pages import furnish_alerts
from tests.browser.staff import furnish_staff
from tests.cast import Cast
from tests.maps.furnish import furnish_maps
from tests.plans.furnish import furnish_plans
from tests.resources.furnish import furnish_resources
from tests.roster.furnish import furnish_roster

Examples = dict[str, dict[str, Any]]

ROOMS: tuple[Callable[[Cast], Examples], ...] = (
    furnish_accounts,
    furnish_roster,
    furnish_resources,
    furnish_plans,
    furnish_alerts,
    furnish_providers,
    furnish_maps,
    furnish_staff,
)

# Not pages for a person's eyes: data, files, probes.
NOT_PAGES = frozenset(
    {
        "static",
        "health",
        "ready",
        "metrics",
        "alerts.cap_atom",
        "alerts.cap_drills_atom",
        "alerts.cap_xml",
        "api-docs.openapi_json",
        "gallery_part",
        "gallery_fault",
        "alerts.show_board_part",
        "alerts.show_help_part",
        "alerts.show_wall_part",
        "alerts.receive_inbound",
        "alerts_api.list_recipient",
        "alerts_api.show_alert",
        "alerts_api.show_board",
        "hsds.show_service",
        "maps.area_shape",
        "maps.borders_geojson",
        "maps.embed_geojson",
        "maps.gap_csv",
        "maps.own_tiles",
        "maps.import_remarks",
        "maps_api.show_resource",
        "maps.resource_hours",
        "maps.resources_csv",
        "maps.resources_geojson",
        "maps.resources_gpx",
        "maps.resources_html",
        "maps.resources_hsds",
        "maps.resources_kml",
        "maps.share_pins",
        "maps.share_shape",
        "maps.towns_geojson",
        "maps.worker_js",
        "resources.show_photo",
    }
)


def furnish(cast: Cast) -> Examples:
    """Fill every room a little and return the arguments of its pages."""
    examples: Examples = {}
    for room in ROOMS:
        examples.update(room(cast))
    return examples
