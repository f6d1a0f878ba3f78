"""Words that mean the same in catalogues: two languages, shortened and written-out forms, numbers in words."""

from functools import cache

from hsc_prediction.domain.alphabet import fold

# Each line is one meaning.
_CONCEPTS = """
guitar guitars גיטרה גיטרות גיטרת
electric electrical חשמלית חשמלי חשמליות
electronic אלקטרוני אלקטרונית אלקטרוניים
acoustic אקוסטית אקוסטי
electroacoustic מוגברת
amplified מוגברת
bass באס בס
classical classic nylon קלאסית קלאסי
ukulele uke יוקללה יוקולילי
concert קונצרט
piano פסנתר
stage במה
grand כנף
keyboard keyboards מקלדת אורגן
keys key קלידים קליד
organ אורגן עוגב
synth synthesizer synthesiser סינתיסייזר סינטיסייזר סינת
drum drums תופים תוף
kit set סט
machine מכונת מכונה
cymbal cymbals מצילה מצילות מצלתיים
stick sticks drumsticks מקלות
snare סנר
amp amplifier combo מגבר
head ראש
cabinet cab קבינה
tube tubes valve מנורות שפופרתי
speaker speakers רמקול רמקולים
monitor monitors מוניטור מוניטורים
studio אולפן אולפני
subwoofer sub סאבוופר סאב
headphones headphone cans אוזניות
microphone microphones mic mics mike מיקרופון מיקרופונים
condenser קונדנסר
dynamic דינמי
ribbon ריבון
usb יואסבי
mixer mixers מיקסר קונסולה
interface ממשק כרטיס
soundcard interface
pedal pedals stompbox פדל פדאל
sustain damper ססטיין
expression אקספרשן
distortion דיסטורשן
overdrive אוברדרייב
delay דיליי
reverb ריוורב
fuzz פאז
phaser פייזר
compressor קומפרסור
booster boost בוסטר בוסט
tuner טיונר
accordion אקורדיון
saxophone sax סקסופון
flute חליל
clarinet קלרינט
trumpet חצוצרה
harmonica מפוחית
violin כינור
strings string מיתרים מיתר
bag gigbag case softcase תיק נרתיק קייס
cover dustcover כיסוי
stand stands מעמד סטנד
bench stool ספסל כיסא
strap רצועה
capo קאפו
pick picks plectrum pickguard מפרט מפרטים
cable cables lead כבל
pair זוג
left lefty lefthanded lh שמאלית שמאלי שמאל
right ימין ימנית
mini מיני
portable נייד ניידת
wireless cordless אלחוטי אלחוטית
digital דיגיטלי דיגיטלית
video וידאו
controller קונטרולר
sampler סמפלר
black bk blk שחור שחורה
white wh wht לבן לבנה
red rd אדום אדומה
blue כחול כחולה
green ירוק ירוקה
yellow צהוב צהובה
gold golden זהב
silver כסף
brown חום חומה
purple סגול סגולה
pink ורוד
orange כתום
natural nat טבעי
sunburst sb
junior jr
professional pro
deluxe dlx
limited ltd
edition ed
generation gen
mark mk
reissue reissued ri
academic educational edu student אקדמית
one 1 אחת
two 2 שתיים
three 3 שלוש
four 4 ארבע
five 5 חמש
six 6 שש
seven 7 שבע
eight 8 שמונה
nine 9 תשע
ten 10 עשר
eleven 11
twelve 12
twenty 20 עשרים
fifty 50
hundred 100
i 1
ii 2 two
iii 3 three
iv 4 four
vi 6 six
"""


@cache
def table() -> dict[str, tuple[str, ...]]:
    """For each word the others of its meanings."""
    out: dict[str, dict[str, None]] = {}
    for line in _CONCEPTS.strip().splitlines():
        words = [fold(word) for word in line.split()]
        for word in words:
            out.setdefault(word, {}).update(dict.fromkeys(w for w in words if w != word))
    return {word: tuple(others) for word, others in out.items()}


def same_meaning(word: str) -> tuple[str, ...]:
    """Other words for the same; empty where none is known."""
    return table().get(word, ())
