"""A process that takes every waiting letter into a change and never ends it.

A machine that dies in the middle leaves the same behind. It says `holding` when it has them.
"""

import threading

from sqlalchemy import select

from nucleus.app import create_app
from nucleus.ground.database import db, transaction
from nucleus.ground.environment import read_settings
from nucleus.messages.models import Delivery


def main() -> None:
    """Take them, say so, and wait for ever."""
    with create_app(read_settings()).app_context(), transaction():
        waiting = select(Delivery.id).where(Delivery.state == "queued").with_for_update()
        rows = db.session.scalars(waiting).all()
        print(f"holding {len(rows)}", flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
