"""The sorts of words: what is on the list, and what begins as something on it does."""

from app.editorial.guard.fold import folded
from app.editorial.guard.learned.sorts import SORTS, sort_of


class TestSorts:
    def test_the_same_word_in_five_languages_is_of_one_sort(self) -> None:
        """A frame in one language then looks like the same in another."""
        for words in (
            ("dog", "cane", "chien", "perro", "gos"),
            ("bread", "pane", "fromage", "queso", "formatge"),
            ("waits", "aspetta", "attend", "espera", "esperen"),
        ):
            assert len({sort_of(word) for word in words}) == 1, {word: sort_of(word) for word in words}

    def test_a_form_that_is_not_listed_has_its_words_sort(self) -> None:
        """By its beginning; a short word has none."""
        assert sort_of("esperarien") == sort_of("espera")
        assert sort_of("qzx") == ""
        assert sort_of("quarrengton") == ""

    def test_the_list_is_folded_and_has_each_word_once(self) -> None:
        """Else a word would have a sort that nobody finds, or two."""
        words = [word for line in SORTS.read_text(encoding="ascii").splitlines() for word in line.split()[1:]]
        assert len(words) == len(set(words)) > 30_000
        assert all(word == folded(word) for word in words[::50])
