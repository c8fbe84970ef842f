"""What programs are shown of an alert; of one for a person only how far it has come."""

from collections.abc import Sequence

from alerts import queries
from alerts.models import Alert
from alerts.public import is_public
from alerts.queries import NeedLine

PLAIN = (
    "state", "reason", "drill", "scale", "severity", "urgency", "certainty",
    "created_at", "opened_at", "closed_at", "expires_at",
)  # fmt: skip


def line(alert: Alert) -> dict[str, object]:
    """Return one alert as it stands in a list."""
    facts = {name: getattr(alert, name) for name in PLAIN}
    open_words = tells_words(alert)
    return {
        **facts,
        "number": alert.short_number,
        "what": alert.what if open_words else None,
        "comune": alert.comune if open_words else None,
    }


def whole(alert: Alert) -> dict[str, object]:
    """Return one alert with how far it has come."""
    needs = queries.needs_of(alert)
    return {
        **line(alert),
        "followed": alert.coordinator_id is not None,
        "full": all(need.filled >= need.count for need in needs),
        "waves": alert.wave,
        "needs": needs_shown(alert, needs),
    }


def needs_shown(alert: Alert, needs: Sequence[NeedLine]) -> list[dict[str, object]]:
    """Return the needs; a language could tell who the one person is."""
    tells = tells_words(alert)
    return [
        {
            "count": need.count,
            "filled": need.filled,
            "competence": need.competence.code if tells and need.competence else None,
            "language": need.language if tells else None,
        }
        for need in needs
    ]


def tells_words(alert: Alert) -> bool:
    """Say whether words and place may be told: of a public alert, or of its still unsent draft."""
    return is_public(alert) or (alert.scale == "area" and alert.person_id is None)
