"""Another password ends every other session."""

from tests.accounts.helpers import PASSWORD, give_password, is_in, sign_in
from tests.cast import Cast

NEW = "un altro insieme di parole"


def test_a_new_password_ends_the_sessions_on_other_devices(cast: Cast) -> None:
    give_password(cast, cast.bea)
    here, there = cast.signed_in(cast.bea), cast.signed_in(cast.bea)
    answer = here.post("/accounts/password/change", data={"password": NEW, "again": NEW})
    assert answer.status_code == 303
    assert is_in(here)
    assert not is_in(there)
    assert sign_in(cast.app.test_client(), "bea@example.org", PASSWORD) == 422
    assert sign_in(cast.app.test_client(), "bea@example.org", NEW) == 303


def test_a_short_a_repeated_and_a_mistyped_password_are_refused_in_words(cast: Cast) -> None:
    client = cast.signed_in(cast.bea)
    for first, second in (("corto", "corto"), ("a" * 20, "a" * 20), (NEW, NEW + "x")):
        answer = client.post("/accounts/password/change", data={"password": first, "again": second})
        assert answer.status_code == 422
        assert first not in answer.text
