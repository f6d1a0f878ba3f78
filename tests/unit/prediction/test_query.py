"""query: what was typed, read into atoms, words and compounds."""

import itertools

from hsc_prediction.domain.query import MAX_ATOMS, compounds_of, read, read_atoms
from hypothesis import given
from hypothesis import strategies as st


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


@given(st.text(max_size=200) | st.text("td17 -:גיטרה'\u05b0\u202e\0", max_size=200))
def test_atoms_of_any_text_stand_in_it_one_after_the_other_and_each_in_one_word(text):
    query = read(text)
    assert len(query.atoms) <= MAX_ATOMS
    bounds = [0, *(place for atom in query.atoms for place in (atom.start, atom.end)), len(text)]
    assert bounds == sorted(bounds)
    assert all(atom.start < atom.end for atom in query.atoms)
    for runs in ([(word.first, word.last) for word in query.words], query.compounds):
        assert list(itertools.chain(*(range(*run) for run in runs))) == list(range(len(query.atoms)))


@given(st.text("tdxk", min_size=1, max_size=3), st.integers(0, 9999).map(str))
def test_no_digit_is_read_as_another(letters, digits):
    assert atoms(f"{letters}-{digits}") == atoms(f"{letters}{digits}") == [letters, digits]


@given(st.text(alphabet="rd17-' \u00a0\t\u05d4\u05d3\u2122\u00fc", max_size=60))
def test_words_read_at_an_earlier_key_are_those_of_the_whole_text(text):
    atoms = read_atoms(text)
    query = read(text)
    assert list(query.atoms) == atoms
    assert query.compounds == compounds_of(text, atoms)
    assert [n for w in query.words for n in range(w.first, w.last)] == list(range(len(atoms)))


def test_of_a_very_long_text_only_the_beginning_is_read_however_it_is_cut():
    assert [len(read("td17 " * n).atoms) for n in (39, 40, 41, 90)] == [78, 80, 80, 80]
