from hsc_answer.domain import glossary


def test_english_words_of_the_field_stand_for_each_other() -> None:
    assert ("remov",) in glossary.synonyms("delet")
