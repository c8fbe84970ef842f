"""The yardstick of `story`: plain apprise telling the same people, in a process of its own.

`python -m tests.benchmarks.plain_story SMTP_PORT NTFY_PORT COUNT` prints the seconds it took
and how many it counts as delivered. Nothing of ours is imported: our transport changes apprise.
"""

import json
import logging
import sys
import time

from apprise import Apprise


def main(smtp_port: int, ntfy_port: int, count: int) -> None:
    """Tell half of the people by e-mail and half by ntfy, through apprise's own pool."""
    logging.disable(logging.CRITICAL)
    told = Apprise()
    for number in range(count):
        told.add(
            f"mailto://127.0.0.1:{smtp_port}?mode=insecure&from=nucleo@example.org"
            f"&to=c{number}@example.org"
            if number % 2
            else f"ntfy://127.0.0.1:{ntfy_port}/crowd-topic-{number}"
        )
    started = time.monotonic()
    all_well = told.notify(title="[A-1001] Serve una mano", body="Puoi venire a Teverola?")
    print(json.dumps({"seconds": time.monotonic() - started, "all_well": bool(all_well)}))


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:4]))
