"""Which language a passage is in: eight in one file, short ones by their company."""

from hsc_ingest.adapters.parsing.language import languages_of
from hsc_ingest.domain.manual import Passage

SENTENCES = {
    "en": "Hold the key for eight seconds until both lamps blink. All settings return to the factory state. ",
    "de": "Halten Sie die Taste acht Sekunden lang gedrückt, bis beide Leuchten blinken. Alles ist im Werkszustand. ",
    "es": "Mantenga pulsada la tecla durante ocho segundos, hasta que ambas luces parpadeen. Todo vuelve a fábrica. ",
    "fr": "Maintenez la touche enfoncée pendant huit secondes, jusqu'à ce que les deux voyants clignotent. ",
    "it": "Tenere premuto il tasto per otto secondi, finché entrambe le spie lampeggiano. Tutto torna di fabbrica. ",
    "nl": "Houd de toets acht seconden ingedrukt tot beide lampjes knipperen. Alles keert terug naar de fabriek. ",
    "he": "לחצו על המקש במשך שמונה שניות עד ששתי הנוריות מהבהבות. כל ההגדרות חוזרות למצב היצרן. ",
    "ja": "両方のランプが点滅するまで、キーを八秒間押し続けてください。すべての設定が工場出荷時の状態に戻ります。",
}


def passage(text: str, chapter: str = "") -> Passage:
    return Passage(0, 1, 1, (chapter,), text)


def test_eight_languages_in_one_manual_are_told_apart() -> None:
    passages = [passage(text * 3, code) for code, text in SENTENCES.items() for _ in range(3)]
    assert languages_of(passages) == [code for code in SENTENCES for _ in range(3)]


def test_a_change_of_language_without_a_heading_is_found() -> None:
    passages = [passage(SENTENCES[code] * 3) for code in ("en",) * 7 + ("de",) * 6 + ("en",) * 3]
    assert languages_of(passages) == ["en"] * 7 + ["de"] * 6 + ["en"] * 3


def test_a_short_text_is_in_a_language_of_the_manual() -> None:
    passages = [passage(SENTENCES["de"] * 3), passage("Druckstufe, Wert, Pegel und Takt"), passage(SENTENCES["de"] * 3)]
    assert languages_of(passages) == ["de", "de", "de"]


def test_figures_take_the_language_of_their_neighbour() -> None:
    passages = [passage(SENTENCES["fr"] * 3), passage("44.1, 48, 96"), passage(SENTENCES["en"] * 3)]
    assert languages_of(passages) == ["fr", "fr", "en"]


def test_nothing_is_made_up_where_there_is_no_text() -> None:
    assert languages_of([passage("44.1, 48, 96")]) == [""]
    assert languages_of([]) == []
