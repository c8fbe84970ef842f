"""What the promises in a real browser share: one browser, one furnished house."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import Browser

from nucleus.app import create_app
from tests.browser.eyes import Visit, visiting
from tests.browser.gallery import hang_gallery
from tests.browser.house import LiveHouse, browsing, chromium_or_skip, serve
from tests.cast import invite
from tests.conftest import opened, settings_for

LANGUAGES = ("it", "en", "ar")
Opener = Callable[..., AbstractContextManager[Visit]]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One Chromium for these promises; gone before others need the event loop."""
    with browsing(chromium_or_skip()) as lent:
        yield lent


@pytest.fixture(scope="package")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveHouse]:
    """The whole house with the cast in it, answering on this machine."""
    data = tmp_path_factory.mktemp("house")
    settings = replace(settings_for(data), languages=LANGUAGES, phone="+39 081 555 0100")
    for app in opened(create_app(settings)):
        # A house offers the languages it is complete in; here right to left is always looked at.
        app.extensions["nucleus.languages"] = LANGUAGES
        hang_gallery(app)
        cast = invite(app)
        with serve(app) as url:
            yield LiveHouse(app, cast, url)


@pytest.fixture
def visit(browser: Browser, house: LiveHouse) -> Opener:
    """Opens a window on the house for one person: a context manager that yields what is seen."""

    def as_person(person: int | None = None, **how: Any) -> AbstractContextManager[Visit]:
        return partial(visiting, browser, house.url, house.cookies_of(person))(**how)

    return as_person
