"""Puts the look and the script of a page into the page, so that one file is all of it.

What is kept on a phone or sent on from hand to hand finds nothing beside it. Its own policy names
the sums of what it encloses: nothing else runs, nothing is loaded, not even from us.
"""

from base64 import b64encode
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from flask import current_app
from markupsafe import Markup

LOOK = ("css/light.css", "css/paper-map.css", "css/kept.css")
SCRIPTS = ("js/nucleus.js", "js/kept.js")
RULES = (
    "default-src 'none'; script-src {scripts}; style-src {look}; img-src data:; "
    "connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'"
)
FRAMES = "; frame-ancestors 'none'"
"""Only a header may say this."""


@dataclass(frozen=True)
class Enclosed:
    """The style sheet and the scripts of a page, and the policy that allows them."""

    look: str
    scripts: tuple[str, ...]

    @property
    def style(self) -> Markup:
        """Return the style sheet as a part of the page."""
        return Markup(f"<style>{self.look}</style>")  # noqa: S704 our own file

    def script(self, at: int, **said: str) -> Markup:
        """Return a script as a part of the page, told a few words in `data-` attributes."""
        told = Markup("").join(Markup(' data-{}="{}"').format(*pair) for pair in said.items())
        return Markup(f"<script{told}>{self.scripts[at]}</script>")  # noqa: S704 our own file

    @property
    def policy(self) -> str:
        """Return the content policy of the page: what stands in it, by its sum, and no more."""
        return RULES.format(scripts=" ".join(map(_sum, self.scripts)), look=_sum(self.look))


def enclosed() -> Enclosed:
    """Return what the kept list encloses; read once as long as the files are the same."""
    home = Path(str(current_app.static_folder))
    files = [home / name for name in (*LOOK, *SCRIPTS)]
    return _read(tuple((file, file.stat().st_mtime_ns) for file in files))


@lru_cache(maxsize=2)
def _read(files: tuple[tuple[Path, int], ...]) -> Enclosed:
    texts = [file.read_text("utf-8") for file, _changed in files]
    return Enclosed("".join(texts[: len(LOOK)]), tuple(texts[len(LOOK) :]))


def _sum(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
