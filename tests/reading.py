"""How a promise looks for a word where words drawn by lot stand beside it."""

import re


def has_word(text: str, word: str) -> bool:
    """Say whether a text holds a word, not counting parts of what is drawn by lot.

    A link or a key is one long run of letters, digits, `-` and `_`, and one page in three thousand
    holds `Bea` in such a run.
    """
    return bool(re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text))
