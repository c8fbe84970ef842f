"""`make demo`: an invented network, a real alert answered before your eyes, a site to walk in."""

import argparse
import json
import logging
import signal
import sys
import tempfile
import threading
from pathlib import Path

import structlog

from maps.services import import_resources
from tests.demo import report, story
from tests.demo.house import House, running
from tests.demo.network import Network, fill

PORT = 8000


def main() -> int:
    """Run the demo; return 0 when the story came to its end and nothing was lost."""
    asked = read_words()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with tempfile.TemporaryDirectory(prefix="nucleus-demo-") as folder:
        port = 0 if asked.exit else asked.port
        with running(Path(folder), port=port, database_url=asked.database) as house:
            network = fill(house.app)
            found = bring_in(house, asked.file) if asked.file else None
            good = tell(house, network, asked, found)
            if not asked.exit:
                wait_for_an_end(house)
    return 0 if good else 1


def read_words() -> argparse.Namespace:
    """Read what was asked for."""
    words = argparse.ArgumentParser(prog="make demo ARGS=…", description=__doc__)
    words.add_argument("--exit", action="store_true", help="end after the story")
    words.add_argument("--json", action="store_true", help="the last line is one JSON object")
    words.add_argument("--import", dest="file", type=Path, help="add a real resources file")
    words.add_argument("--port", type=int, default=PORT, help="where the site is left running")
    words.add_argument("--database", default="", help="an empty PostgreSQL database instead")
    return words.parse_args()


def tell(
    house: House, network: Network, asked: argparse.Namespace, found: dict[str, int] | None
) -> bool:
    """Tell the story, then say what it came to; say whether it ended well."""
    told = story.tell(house, network, lambda line: print(f"  {line}", flush=True))
    settled = report.wait_until_all_is_settled(told)
    print("\nThe journal of the alert:")
    print("\n".join(f"  {line}" for line in report.timeline(told)))
    result = report.count(told)
    if found is not None:
        result["imported"] = found
    print(f"\n{in_words(result)}", flush=True)
    if asked.json:
        print(json.dumps(result, ensure_ascii=False), flush=True)
    return settled and not result["lost"] and result["alert"]["state"] == "closed"


def in_words(result: dict[str, object]) -> str:
    """Return what the story came to as one sentence."""
    return (
        "{asked} people asked in {waves} waves, {accepted} there, {declined} could not; "
        "{received_by_sinks} messages received, {lost} lost, {repeated} repeated."
    ).format(**result)


def bring_in(house: House, file: Path) -> dict[str, int]:
    """Add a real resources file to the run and report its rows."""
    with house.app.app_context():
        report_of_rows = import_resources(file)
    counts = report_of_rows.counts()
    print(f"  {file.name}: {counts['rows']} rows, {counts['created']} new places.")
    return counts


def wait_for_an_end(house: House) -> None:
    """Leave the site running until Ctrl-C."""
    print(f"\nThe site is running at {house.base}/demo/people : be anybody, look around.")
    print(f"What every phone and mailbox received: {house.base}/demo/received")
    print("Ctrl-C ends the demo and leaves nothing behind.", flush=True)
    ended = threading.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda *_: ended.set())
    ended.wait()


if __name__ == "__main__":
    sys.exit(main())
