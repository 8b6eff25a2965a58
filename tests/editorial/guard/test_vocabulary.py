"""The vocabulary: what dictionaries of five languages have."""

import random
from pathlib import Path
from string import ascii_lowercase

import pytest

from app.editorial.guard import vocabulary
from app.editorial.guard.vocabulary import KEPT, is_word, marked


class TestVocabulary:
    @pytest.mark.parametrize(
        "words",
        [
            "syringes bleeding stitched wheelchairs",
            "sanguinavano cucito carrozzina lacci",
            "saignements recousu bequilles fauteuil",
            "sangraban suturada muletas vendajes",
            "sagnaven cosida crosses embenats",
        ],
    )
    def test_words_count_in_all_their_forms(self, words: str) -> None:
        assert [word for word in words.split() if not is_word(word)] == []

    def test_names_that_are_no_words_do_not_count(self) -> None:
        strangers = "kercuku brugnolotto ferruzzano rochambourg thornquist nkemelu oluwaseun kowalczyk"
        assert [word for word in strangers.split() if is_word(word)] == []

    def test_of_what_is_no_word_one_in_a_hundred_counts_at_most(self) -> None:
        dice = random.Random(4)
        made_up = ["".join(dice.choices(ascii_lowercase, k=KEPT)) for _ in range(5000)]
        assert sum(map(is_word, made_up)) < 50

    def test_whatever_the_letters_it_answers(self) -> None:
        assert not is_word("παπαδοπουλος")

    def test_a_file_that_is_cut_short_is_refused(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        cut = tmp_path / "vocabulary.bin"
        cut.write_bytes(marked(["casa"])[:-1])
        monkeypatch.setattr(vocabulary, "VOCABULARY", cut)
        vocabulary._marks.cache_clear()
        try:
            with pytest.raises(ValueError, match="build it again"):
                vocabulary._marks()
        finally:
            vocabulary._marks.cache_clear()
