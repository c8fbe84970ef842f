"""What an operator types about accounts."""

from tests.accounts.helpers import is_in
from tests.cast import Cast

NEW = "parole che ricordo bene"


def test_the_first_administrator_gets_a_link_that_works_once(cast: Cast) -> None:
    run = cast.app.test_cli_runner().invoke
    said = run(args=["accounts", "add-administrator", "Ada Alta", "ada@example.org"])
    assert said.exit_code == 0
    link = said.output.strip().splitlines()[-1].removeprefix("http://127.0.0.1:8000")
    client = cast.app.test_client()
    assert client.post(link, data={"password": NEW, "again": NEW}).status_code == 303
    assert is_in(client)
    assert "second-factor/add" in client.get("/accounts/me").text
    again = run(args=["accounts", "add-administrator", "Ada Alta", "ada@example.org"])
    assert again.exit_code == 1
    assert "already" in again.output


def test_a_role_is_granted_at_the_terminal(cast: Cast) -> None:
    run = cast.app.test_cli_runner().invoke
    here = ["--organisation", "Insieme Agro Aversano"]
    assert cast.signed_in(cast.bea).get("/accounts/person/list").status_code == 404
    assert run(args=["accounts", "grant", "coordinator", "bea@example.org", *here]).exit_code == 0
    page = cast.signed_in(cast.bea).get("/accounts/person/list").text
    assert "Vito Vitale" in page
    assert "Dario Dalla" not in page


def test_mistakes_at_the_terminal_are_answered_in_words(cast: Cast) -> None:
    run = cast.app.test_cli_runner().invoke
    nobody = run(args=["accounts", "grant", "keeper", "nobody@example.org"])
    assert (nobody.exit_code, nobody.output) == (
        1,
        "Error: Nobody signs in with nobody@example.org.\n",
    )
    nowhere = run(args=["accounts", "grant", "keeper", "bea@example.org", "--organisation", "X"])
    assert nowhere.output == "Error: There is no organisation called X.\n"
    assert run(args=["accounts", "add-administrator", "A", "not-an-address"]).exit_code == 1
