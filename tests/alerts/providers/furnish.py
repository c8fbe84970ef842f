"""One provider of each sort, for the walk through all pages."""

from typing import Any

from alerts.providers.services import Limits, add_provider
from tests.cast import Cast

TWILIO = {"account_sid": "AC" + "0" * 32, "auth_token": "f" * 32, "source": "+390815550100"}
TELEGRAM = {"name": "nucleo_bot", "token": "1234567:" + "A" * 35}


def furnish_providers(cast: Cast) -> dict[str, dict[str, Any]]:
    """Set up two and return the arguments of their pages."""
    costly = Limits(name="Twilio", private=False, rate=10, in_flight=4, price_cents=8,
                    monthly_cap_cents=2000)  # fmt: skip
    free = Limits(name="Telegram", private=True, rate=None, in_flight=None, price_cents=0,
                  monthly_cap_cents=None)  # fmt: skip
    with cast.stage():
        add_provider("twilio", TWILIO, limits=costly, by=cast.carla)
        uid = add_provider("telegram", TELEGRAM, limits=free, by=cast.carla).uid
    return {"alerts.add_provider": {"kind": "matrix"}, "alerts.edit_provider": {"uid": uid}}
