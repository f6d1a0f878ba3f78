"""Sentences that turn what their quote says with words that are all small, and true ones that only put it otherwise."""

import pytest
from hsc_answer.domain.passage import Passage
from hsc_answer.domain.verify import Reason, check
from support.passages import passage

TURNED = [
    # quote, what was made of it, why it is dropped
    ("Connect the output of the mixer to the input of the recorder.",
     "Connect the input of the recorder to the output of the mixer.", Reason.SWAPPED),
    ("The master unit controls the follower unit.", "The follower unit controls the master unit.", Reason.SWAPPED),
    ("Switch on the mixer before the amplifier.", "Switch on the amplifier before the mixer.", Reason.SWAPPED),
    ("Copy the song from the card to the internal memory.",
     "Copy the song from the internal memory to the card.", Reason.SWAPPED),
    ("Slot A is heard instead of slot B.", "Slot B is heard instead of slot A.", Reason.SWAPPED),
    ("The pedal works only if the input is set to DAMPER.", "The pedal works.", Reason.CONDITION),
    ("Recording starts only when the clock is received.", "Recording starts.", Reason.CONDITION),
    ("Unless the panel is locked, every key responds.", "Every key responds.", Reason.NEGATION),
    ("The fan runs as long as the temperature exceeds the limit.", "The fan runs.", Reason.CONDITION),
    ("Hold the key for at least 3 seconds.", "Hold the key for at most 3 seconds.", Reason.BOUND),
    ("The card may hold up to 64 GB.", "The card may hold at least 64 GB.", Reason.BOUND),
    ("The level must not exceed 10 V.", "The level must be at least 10 V.", Reason.NEGATION),
    ("Leave more than 20 cm above the case.", "Leave less than 20 cm above the case.", Reason.OPPOSITE),
    ("Charge the battery for 8 hours or more.", "Charge the battery for 8 hours or less.", Reason.OPPOSITE),
    ("Wait for 20 minutes.", "Wait for at least 20 minutes.", Reason.BOUND),
    ("The range is 30 to 280 BPM.", "The range is 280 to 30 BPM.", Reason.NUMBER),
    ("With 4 pedals the range is 30 to 280 BPM.", "The range is 280 to 30 BPM.", Reason.BOUND),
    ("There are two inputs.", "There are three inputs.", Reason.NUMBER),
    ("It has fifteen patterns.", "It has fifty patterns.", Reason.NUMBER),
    ("Sounds are kept in eight banks of 64 programs.", "Sounds are kept in 64 banks of 8 programs.", Reason.NUMBER),
    ("Voices use channel 3, drums use channel 10.", "Drums use channel 3.", Reason.NUMBER),
    ("Turn the second knob.", "Turn the third knob.", Reason.OPPOSITE),
    ("Press the 2nd key.", "Press the 3rd key.", Reason.MODEL),
    ("The input draws 20 mA.", "The input draws 20 µA.", Reason.UNIT),
    ("The output delivers 5 mW.", "The output delivers 5 MW.", Reason.UNIT),
    ("The capacitor has 10 nF.", "The capacitor has 10 µF.", Reason.UNIT),
    ("The guarantee ends on 3 March 2027.", "The guarantee ends on 3 May 2027.", Reason.OPPOSITE),
    ("The guarantee ends on 2027-03-05.", "The guarantee ends on 2027-05-03.", Reason.NUMBER),
    ("The recorder works without a card.", "The recorder works with a card.", Reason.NEGATION),
    ("All keys except EXIT are locked.", "All keys are locked.", Reason.NEGATION),
    ("It starts unless the card is missing.", "It starts if the card is missing.", Reason.NEGATION),
    ("You may use a longer cable.", "You must use a longer cable.", Reason.MODAL),
    ("The pedal must be connected before the start.", "The pedal may be connected before the start.", Reason.MODAL),
    ("It should be cleaned with a cloth.", "It must be cleaned with a cloth.", Reason.MODAL),
    ("The case may become hot.", "The case becomes hot.", Reason.MODAL),
    ("The case may become hot.", "The case will become hot.", Reason.MODAL),
    ("The list is saved on exit.", "The list is saved automatically on exit.", Reason.ADDED),
    ("The pads send notes.", "The pads always send notes.", Reason.ADDED),
    ("Pads 1 and 2 send notes.", "Only pads 1 and 2 send notes.", Reason.ADDED),
    ("Hold EXIT for 3 seconds.", "Hold EXIT for 3 seconds, then erase the memory card.", Reason.ADDED),
    ("The red lamp blinks.", "The green lamp blinks.", Reason.OPPOSITE),
    ("Files of this kind are supported.", "Files of this kind are unsupported.", Reason.OPPOSITE),
    ("The update is reversible.", "The update is irreversible.", Reason.OPPOSITE),
    ("The sample is played forwards.", "The sample is played backwards.", Reason.OPPOSITE),
]  # fmt: skip

# What the manual says, of which the quote is only a part.
CUT = [
    ("Do not open the case while it is connected.", "open the case while it is connected",
     "Open the case while it is connected.", Reason.NEGATION),
    ("Never press STOP while it saves.", "press STOP while it saves", "Press STOP while it saves.", Reason.NEGATION),
    ("The pedal works only if the input is set to DAMPER.", "The pedal works", "The pedal works.", Reason.CONDITION),
    ("The card holds at most 64 GB.", "64 GB", "The card holds at least 64 GB.", Reason.BOUND),
]  # fmt: skip

TRUE = [
    ("Connect the output to the input.", "The output is to be connected to the input."),
    ("Press WRITE to save the sound.", "To save the sound, press WRITE."),
    ("Press WRITE to save the sound.", "You can save the sound by pressing WRITE."),
    ("If the display stays dark, hold EXIT and switch on.", "Hold EXIT and switch on if the display stays dark."),
    ("When the battery is low, the lamp blinks red.", "The lamp blinks red to show that the battery is low."),
    ("Do not switch off while it saves.", "While it saves, don't switch it off."),
    ("The card may hold up to 64 GB.", "A card of at most 64 GB can be used."),
    ("Hold the key for at least 3 seconds.", "Hold the key for 3 seconds or more."),
    ("The time is 2700 ms at most.", "The maximum time is 2700 ms."),
    ("The level must not exceed 10 V.", "The level must be no more than 10 V."),
    ("You may press EXIT.", "Press EXIT."),
    ("The pedal must be connected first.", "You have to connect the pedal first."),
    ("It is necessary to save the song.", "You must save the song."),
    ("Sounds are kept in eight banks of 64.", "There are 8 banks, each of 64 sounds."),
    ("The last 20 changes can be undone.", "It is possible to undo the last 20 changes."),
    ("Every pad can be assigned a sound.", "A sound can be assigned to each pad."),
    ("Switch on the mixer before the amplifier.", "Before the amplifier, switch on the mixer."),
    ("Press the key FX for one second to bypass the effects.", "To bypass the effects, press FX for 1 second."),
    ("The piano switches itself off after 30 minutes.", "After 30 minutes it automatically switches off."),
    ("Use only the supplied adaptor.", "Only the supplied adaptor is to be used."),
    ("It runs on batteries or with the adaptor.", "It runs with the adaptor or on batteries."),
    ("Press STOP; do not press EXIT.", "Press STOP."),
]  # fmt: skip


def _within(text: str) -> Passage:
    return passage(f"This part is about connections. {text} See also page 12.", ("Using it",))


@pytest.mark.parametrize(("quote", "sentence", "reason"), TURNED)
def test_a_sentence_that_turns_its_quote_is_dropped(quote: str, sentence: str, reason: Reason) -> None:
    assert check(sentence, quote, _within(quote)).reason is reason


@pytest.mark.parametrize(("text", "quote", "sentence", "reason"), CUT)
def test_a_quote_does_not_leave_behind_what_turns_it(text: str, quote: str, sentence: str, reason: Reason) -> None:
    assert check(sentence, quote, _within(text)).reason is reason


@pytest.mark.parametrize(("quote", "sentence"), [*TRUE, *((quote, quote) for quote, _, _ in TURNED)])
def test_a_sentence_that_puts_its_quote_otherwise_is_shown(quote: str, sentence: str) -> None:
    assert check(sentence, quote, _within(quote)).reason is Reason.SUPPORTED


def test_a_condition_that_the_question_names_need_not_be_said_again() -> None:
    quote = "If the display stays dark, hold EXIT and switch on."
    sentence = "Hold EXIT and switch on."
    assert check(sentence, quote, _within(quote)).reason is Reason.CONDITION
    assert check(sentence, quote, _within(quote), question="my display is dark").ok
