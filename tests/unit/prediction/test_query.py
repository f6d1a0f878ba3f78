"""query: what was typed, read into atoms, words and compounds."""

from hsc_prediction.domain.query import read


def atoms(text):
    return [atom.letters for atom in read(text).atoms]


def test_letters_digits_and_scripts_part_atoms():
    assert atoms("TD-17KV הTD27") == ["td", "17", "kv", "ה", "td", "27"]


def test_marks_inside_words_do_not_part_them():
    assert atoms("d\u2019Angelico Gr\u00fcn 14\" \u05d2'\u05d5\u05e0\u05d5") == ["dangelico", "grun", "14", "גונו"]


def test_what_touches_is_one_compound():
    assert read("rcc-10-uauf cable").compounds == ((0, 3), (3, 4))


def test_support_words_are_known_in_hebrew_behind_a_prefix_too():
    assert [word.support for word in read("how reset roland בעיה הבעיה").words] == [True, True, False, True, True]


def test_atoms_know_their_place_in_the_text():
    text = "my \U0001f3b9 td-17"
    assert [text[a.start : a.end] for a in read(text).atoms] == ["my", "td", "17"]
