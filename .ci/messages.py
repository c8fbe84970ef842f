#!/usr/bin/env python3
"""Keep the translations: make them ready for use, gather new strings, or check them.

Without a word it compiles what has changed; ``--renew`` first gathers the strings of the code and
the templates into every language's catalogue; ``--check`` says what is missing, unused or broken.
"""

import argparse
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
TRANSLATIONS = ROOT / "nucleus" / "translations"
SOURCE_LANGUAGE = "en"
BEHIND_LINKS = (  # what messages say, and the pages they lead to
    "alerts/telling/answer_words.py",
    "alerts/telling/desk_words.py",
    "alerts/providers/services.py",
    "alerts/sender/addressing.py",
    "alerts/watching/letters.py",
    "alerts/watching/probing.py",
    "alerts/telling/words.py",
    "nucleus/accounts/letters.py",
    "nucleus/plans/invitations.py",
    "nucleus/resources/asking/letters.py",
    "nucleus/resources/suggesting/letters.py",
    "maps/finding/audiences.py",
    "templates/_macros/_tongues.html",
    "templates/alerts/_answer_parts.html",
    "templates/alerts/_answer_where.html",
    "templates/alerts/show_answer.html",
    "templates/alerts/show_drill.html",
    "templates/alerts/show_wellbeing.html",
    "templates/alerts/show_where.html",
    "templates/alerts/wrong_link.html",
    "templates/answer_base.html",
    "templates/ground/leave.html",
    "templates/plans/show_invitation.html",
)
FOR_ANYBODY = (  # what somebody without an account tells of the map, and what they are asked
    "nucleus/ground/form_words.py",
    "nucleus/resources/forms.py",
    "nucleus/resources/suggesting/forms.py",
    "nucleus/resources/suggesting/words.py",
    "nucleus/resources/views/suggesting.py",
    "nucleus/resources/wording.py",
    "templates/_macros/forms.html",
    "templates/resources/_already.html",
    "templates/resources/_asked.html",
    "templates/resources/_beside.html",
    "templates/resources/_over_letter.html",
    "templates/resources/_too_many.html",
    "templates/resources/_wrong_letter.html",
    "templates/resources/add_suggestion.html",
    "templates/resources/change_letter.html",
    "templates/resources/choose_suggestion.html",
    "templates/resources/follow_suggestion.html",
    "templates/resources/report_missing.html",
    "templates/resources/show_letter.html",
    "templates/resources/thank_suggestion.html",
)
OPEN_TO_ANYBODY = (  # the map, the frame around it, the doors, and what is said when it fails
    "maps/__init__.py",
    "maps/finding/layers.py",
    "maps/formats/leaving/calendar.py",
    "maps/forms.py",
    "nucleus/resources/week.py",
    "maps/views/__init__.py",
    "maps/views/asking.py",
    "nucleus/accounts/__init__.py",
    "nucleus/accounts/door_forms.py",
    "nucleus/accounts/views/coming_in.py",
    "nucleus/resources/accessibility.py",
    "templates/_macros/parts.html",
    "templates/accounts/_resting.html",
    "templates/accounts/ask_link.html",
    "templates/accounts/confirm_contact_point.html",
    "templates/accounts/give_code.html",
    "templates/accounts/give_second_factor.html",
    "templates/accounts/set_password.html",
    "templates/accounts/sign_in.html",
    "templates/accounts/use_link.html",
    "templates/alerts/_wall.html",
    "templates/alerts/show_wall.html",
    "templates/base.html",
    "templates/errors/400.html",
    "templates/errors/404.html",
    "templates/errors/405.html",
    "templates/errors/410.html",
    "templates/errors/413.html",
    "templates/errors/415.html",
    "templates/errors/422.html",
    "templates/errors/429.html",
    "templates/errors/500.html",
    "templates/errors/503.html",
    "templates/errors/_error.html",
    "templates/errors/_fault.html",
    "templates/errors/crowded.html",
    "templates/errors/stale_form.html",
    "templates/ground/explain_leaving.html",
    "templates/home.html",
    "templates/maps/_chosen.html",
    "templates/maps/_home.html",
    "templates/maps/_hours_words.html",
    "templates/maps/_keeping.html",
    "templates/maps/_kept_place.html",
    "templates/maps/_now.html",
    "templates/maps/_over_share.html",
    "templates/maps/_paper_map.html",
    "templates/maps/_parts.html",
    "templates/maps/_situation.html",
    "templates/maps/embed_resources.html",
    "templates/maps/keep_resources.html",
    "templates/maps/show_area.html",
    "templates/maps/show_resources.html",
    "templates/maps/show_share.html",
    "templates/maps/show_sheet.html",
    "templates/resources/_fresh.html",
    "templates/resources/_photos.html",
    "templates/resources/_state.html",
    "templates/resources/show_resource.html",
)
SPOKEN_OUTSIDE = (*BEHIND_LINKS, *FOR_ANYBODY, *OPEN_TO_ANYBODY)
PARTIAL = dict.fromkeys(("ar", "de", "es", "fr", "ro", "uk"), SPOKEN_OUTSIDE)
STILL = datetime(2000, 1, 1, tzinfo=UTC)  # no dates in the files: they would differ at every run
KEYWORDS = {
    "_": None,
    "_l": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "lazy_pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
FOLDERS = {
    "nucleus": [("**.py", "python")],
    "maps": [("**.py", "python")],
    "alerts": [("**.py", "python")],
    "templates": [("**.html", "jinja2"), ("**.txt", "jinja2")],
}
OPTIONS = {"**.html": {"silent": "false"}, "**.txt": {"silent": "false"}}


def gathered() -> Catalog:
    """Every string of the code and the templates."""
    catalog = Catalog(project="nucleus", charset="utf-8", creation_date=STILL, revision_date=STILL)
    for folder, methods in FOLDERS.items():
        found = extract_from_dir(
            ROOT / folder,
            methods,
            OPTIONS,
            KEYWORDS,
            ["Translators:"],
            strip_comment_tags=True,
            directory_filter=lambda _folder: True,  # else it leaves out folders named _so
        )
        for name, _line, message, comments, context in found:
            where = [(f"{folder}/{name}", 0)]
            catalog.add(message, None, where, auto_comments=comments, context=context)
    return catalog


def wanted(fresh: Catalog, language: str) -> Catalog:
    """What a language must say: everything, or the strings of the files it is needed in."""
    if language not in PARTIAL:
        return fresh
    part = Catalog(charset="utf-8")
    for message in fresh:
        if message.id and any(file in PARTIAL[language] for file, _line in message.locations):
            comments, context = message.auto_comments, message.context
            part.add(message.id, None, message.locations, auto_comments=comments, context=context)
    return part


def catalogues() -> Iterator[tuple[str, Path]]:
    """Each language with its catalogue."""
    for path in sorted(TRANSLATIONS.glob("*/LC_MESSAGES/messages.po")):
        yield path.parent.parent.name, path


def read(language: str, path: Path) -> Catalog:
    """One language's catalogue."""
    with path.open("rb") as file:
        return read_po(file, locale=language)


def sign(catalog: Catalog) -> None:
    """Fill in the header: whose words these are, and nothing that changes from run to run."""
    catalog.header_comment = "# The words of Nucleus, written by its authors. Licence: MIT."
    catalog.project, catalog.version = "Nucleus", "1"
    catalog.msgid_bugs_address = catalog.last_translator = catalog.language_team = "Nucleus"
    catalog.creation_date = catalog.revision_date = STILL
    catalog.fuzzy = False


def renew() -> None:
    """Bring new strings into every catalogue and let unused ones go."""
    fresh = gathered()
    for language, path in catalogues():
        catalog = read(language, path)
        catalog.update(wanted(fresh, language), no_fuzzy_matching=True, update_creation_date=False)
        catalog.obsolete.clear()
        sign(catalog)
        with path.open("wb") as file:
            write_po(file, catalog, width=100, sort_output=True, include_lineno=False)


def compile_changed() -> None:
    """Write the files the program reads, where the catalogue is newer."""
    for language, path in catalogues():
        ready = path.with_suffix(".mo")
        if not ready.exists() or ready.stat().st_mtime < path.stat().st_mtime:
            with ready.open("wb") as file:
                write_mo(file, read(language, path))


def is_translated(message: Message) -> bool:
    """Whether every form of a message has its words."""
    words = message.string if isinstance(message.string, (list, tuple)) else [message.string]
    return all(words) and not message.fuzzy


def faults(language: str, catalog: Catalog, fresh: Catalog) -> Iterator[str]:
    """What is wrong in one language, a sentence each."""
    for message in fresh:
        if message.id and catalog.get(message.id, message.context) is None:
            yield f"{language}: not in the catalogue: {message.id!r} ({message.locations[0][0]})"
    for message in catalog:
        if not message.id:
            continue
        if fresh.get(message.id, message.context) is None:
            yield f"{language}: no longer used: {message.id!r}"
        if language != SOURCE_LANGUAGE and not is_translated(message):
            yield f"{language}: not translated: {message.id!r}"
        for error in broken(message, catalog):
            yield f"{language}: {error}: {message.id!r}"


def broken(message: Message, catalog: Catalog) -> list[str]:
    """What is wrong with the placeholders of a message.

    The first form of a plural may say its figure where English says *one person*: in Ukrainian
    the same form stands for 1, 21 and 31.
    """
    allowed = "unknown named placeholder 'num'" if message.pluralizable else ""
    return [str(error) for error in message.check(catalog) if str(error) != allowed]


def check() -> None:
    """Stop with a list of all faults, if there is one."""
    fresh = gathered()
    found = [
        fault
        for language, path in catalogues()
        for fault in faults(language, read(language, path), wanted(fresh, language))
    ]
    found += [f"no such file: {name}" for name in SPOKEN_OUTSIDE if not (ROOT / name).is_file()]
    if found:
        sys.exit("\n".join([*found, "(make messages ARGS=--renew gathers and tidies)"]))


def main() -> None:
    """Do what the words on the command line say."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--renew", action="store_true", help="gather new strings first")
    words.add_argument("--check", action="store_true", help="say what is missing; change nothing")
    asked = words.parse_args()
    if asked.check:
        return check()
    if asked.renew:
        renew()
    return compile_changed()


if __name__ == "__main__":
    main()
