"""
Write the guard's vocabulary from simplemma's dictionaries: `python -m tools.build_guard_vocabulary`, half a minute.

simplemma (MIT) has the forms of the words of five languages and hardly any name. It is needed here only (`requirements/train.lock`): five
dictionaries in memory take 240 MB, what is written 1 MB.
"""

import re
from collections.abc import Iterator

from simplemma.strategies.dictionaries import DefaultDictionaryFactory

from app.editorial.guard.dictionary import names
from app.editorial.guard.fold import folded
from app.editorial.guard.vocabulary import VOCABULARY, marked

LANGUAGES = ("en", "it", "fr", "es", "ca")
_LETTERS = re.compile(r"[a-z]{3,}")


def words_of(language: str) -> Iterator[str]:
    """Folded; what is written with a capital is a name or an abbreviation."""
    for pair in DefaultDictionaryFactory().get_dictionary(language).items():
        for form in pair:
            if form == form.lower() and _LETTERS.fullmatch(word := folded(form)):
                yield word


def main() -> None:
    known = names()
    found = {word for language in LANGUAGES for word in words_of(language)}
    found -= known.only_names | known.only_surnames
    VOCABULARY.write_bytes(marked(found))
    print(f"{len(found)} forms")


if __name__ == "__main__":
    main()
