"""CAP documents as authorities write them, and with one thing changed."""

NS = "urn:oasis:names:tc:emergency:cap:1.2"


def document(  # the parts of a document, each with its usual value
    *,
    identifier: str = "IT-2026-0001",
    sender: str = "protezionecivile.example",
    status: str = "Actual",
    kind: str = "Alert",
    references: str = "",
    area: str = "<areaDesc>Aversa (CE)</areaDesc>",
    info: str = "",
    head: str = '<?xml version="1.0" encoding="UTF-8"?>',
    namespace: str = NS,
    after: str = "",
) -> bytes:
    """Return one document."""
    refers = f"<references>{references}</references>" if references else ""
    said = info or (
        "<info><language>it-IT</language><category>Met</category><event>Allerta meteo</event>"
        "<urgency>Immediate</urgency><severity>Severe</severity><certainty>Likely</certainty>"
        "<headline>Allerta rossa per pioggia</headline><description>Piove molto.</description>"
        f"<area>{area}</area></info>"
    )
    return (
        f"{head}\n<alert xmlns='{namespace}'>\n<identifier>{identifier}</identifier>\n"
        f"<sender>{sender}</sender>\n<sent>2026-11-22T02:00:00+01:00</sent>\n"
        f"<status>{status}</status>\n<msgType>{kind}</msgType>\n<scope>Public</scope>\n{refers}"
        f"{said}{after}\n</alert>"
    ).encode()


def reference(identifier: str = "IT-2026-0001") -> str:
    """Return the reference to a document."""
    return f"protezionecivile.example,{identifier},2026-11-22T02:00:00+01:00"
