"""What a sentence claims in a form that can be compared: numbers with units, model names, names, negations, poles."""

import re
from typing import NamedTuple

from hsc_answer.domain import analyse
from hsc_answer.domain.stopwords import WORDS

_UNITS = """
s=s,sec,secs,second,seconds,שנייה,שניות,sekunde,sekunden,seconde,secondes,segundo,segundos
ms=ms,msec,millisecond,milliseconds,מילישניות
us=us,µs,μs,microsecond,microseconds
ns=ns,nanosecond,nanoseconds
min=min,mins,minute,minutes,דקה,דקות,minuten,minuto,minutos
h=h,hr,hrs,hour,hours,שעה,שעות,stunde,stunden,heure,heures,hora,horas
day=day,days,יום,ימים,tag,tage,tagen,jour,jours,día,días
week=week,weeks,שבוע,שבועות
month=month,months,חודש,חודשים,monat,monate
year=year,years,שנה,שנים,jahr,jahre,an,ans
hz=hz,hertz,הרץ
khz=khz,kilohertz
mhz=mhz,megahertz
ghz=ghz
db=db,decibel,decibels
dbu=dbu
dbv=dbv
dbfs=dbfs
dbm=dbm
v=v,volt,volts,vdc,vac,וולט
mv=mv,millivolt,millivolts
kv=kv
a=a,amp,amps,ampere,amperes,אמפר
ma=ma,milliamp,milliamps,milliampere
ua=µa,ua,μa
mah=mah
w=w,watt,watts,וואט
mw=mw
kw=kw
ohm=ω,Ω,ohm,ohms,אוהם
kohm=kω,kΩ,kohm
mohm=mω,mΩ,mohm
kg=kg,kilogram,kilograms,kilo,קילו,קילוגרם,ק״ג
g=g,gram,grams,גרם
lb=lb,lbs,pound,pounds
oz=oz,ounce,ounces
mm=mm,millimeter,millimeters,millimetre,millimetres,מ״מ,מילימטר
cm=cm,centimeter,centimeters,centimetre,centimetres,ס״מ,סנטימטר
m=m,meter,meters,metre,metres,מטר,מטרים
km=km,kilometer,kilometers
in=in,inch,inches,אינץ
ft=ft,foot,feet
c=°c,celsius,מעלות
f=°f,fahrenheit
deg=°,degree,degrees
pct=%,percent,אחוז,אחוזים
bit=bit,bits,סיביות
byte=byte,bytes
kb=kb,kbyte,kbytes,kilobyte,kilobytes,kib
mb=mb,mbyte,mbytes,megabyte,megabytes,mib
gb=gb,gbyte,gbytes,gigabyte,gigabytes,gib
tb=tb,terabyte,terabytes
bps=bps,baud
kbps=kbps
mbps=mbps
bpm=bpm
fps=fps
px=px,pixel,pixels
dpi=dpi
rpm=rpm
pf=pf
nf=nf
uf=µf,uf,μf
n=n,newton,newtons
nm=nm
pa=pa
psi=psi
time=time,times,×,x,פעמים,פעם
page=page,pages
semitone=semitone,semitones
octave=octave,octaves
voice=voice,voices
track=track,tracks
note=note,notes
step=step,steps
channel=channel,channels
key=key,keys
point=pt,pts,point,points
"""
UNIT_OF = {
    name: unit for line in _UNITS.split() for unit, _, names in (line.partition("="),) for name in names.split(",")
}
_ATTACHED = sorted((re.escape(n) for n in UNIT_OF if n.isascii() or n[0] in "°µμωΩ×"), key=len, reverse=True)
_QUANTITY = re.compile(
    r"(?<![\w.])(?<!\d,)([-+−±]?)(\d+(?:[.,]\d+)*)(?:[\s-]*("
    + "|".join(_ATTACHED)
    + r")(?![a-z0-9])|[\s-]*([\u05d0-\u05ea״\"a-z]+)|\s*([%°×]))?"
)
WORD_NUMBERS = {
    "zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7",
    "eight": "8", "nine": "9", "ten": "10", "eleven": "11", "twelve": "12", "sixteen": "16", "twenty": "20",
    "thirteen": "13", "fourteen": "14", "fifteen": "15", "seventeen": "17", "eighteen": "18", "nineteen": "19",
    "thirty": "30", "forty": "40", "fifty": "50", "sixty": "60", "seventy": "70", "eighty": "80", "ninety": "90",
    "hundred": "100", "thousand": "1000", "once": "1", "twice": "2", "half": "0.5", "dozen": "12",
    "אחד": "1", "אחת": "1", "שתי": "2", "שני": "2", "שתיים": "2", "שניים": "2", "שלוש": "3", "שלושה": "3",
    "ארבע": "4", "ארבעה": "4", "חמש": "5", "חמישה": "5", "שש": "6", "שישה": "6", "שבע": "7", "שבעה": "7",
    "שמונה": "8", "תשע": "9", "תשעה": "9", "עשר": "10", "עשרה": "10",
}  # fmt: skip
WORD = re.compile(r"[^\W\d_]+(?:['’״][^\W\d_]+)*")
_ENUMERATION = re.compile(r"^\s*(?:step\s+)?\(?\d{1,2}[.):]\s+(?=\D)", re.IGNORECASE)

_NEGATIONS = """
not no never cannot none neither nor nothing nobody nowhere without unable impossible hardly except unless nicht kein
keine keinen keiner nie ohne niemals pas jamais aucun aucune sans nunca sin ningún ninguna non mai senza לא
אין אינו אינה אינם אינן אסור בלי ללא אף לעולם מבלי איננו איננה אל avoid avoids prohibited forbidden refrain
"""
NEGATIONS = frozenset(_NEGATIONS.split())
_NEGATED = re.compile(r"n['’]t$|^(?:can|do|does|did|is|are|was|were|wo|should|must|have|has)nt$")

_POLES = """
enable/disable enabled/disabled activate/deactivate up/down left/right increase/decrease raise/lower
before/after maximum/minimum max/min open/close opened/closed start/stop lock/unlock connect/disconnect
front/rear front/back top/bottom above/below input/output more/less more/fewer higher/lower
always/never all/none yes/no first/last allow/prevent allowed/forbidden add/remove show/hide
install/uninstall mute/unmute attach/detach plug/unplug inside/outside internal/external
upper/lower longer/shorter faster/slower larger/smaller bigger/smaller clockwise/counterclockwise
automatic/manual automatically/manually include/exclude included/excluded load/save read/write
optional/required with/without horizontal/vertical minimize/maximize import/export send/receive
enter/exit upload/download accept/reject positive/negative male/female hot/cold wired/wireless
early/late earlier/later slow/fast slower/quicker short/long low/high small/large small/big narrow/wide thin/thick
thinner/thicker narrower/wider quiet/loud quieter/louder dark/bright darker/brighter light/heavy lighter/heavier
empty/full wet/dry same/different mono/stereo analog/digital analogue/digital ac/dc public/private odd/even
rise/fall rises/falls push/pull insert/remove charge/discharge pass/fail success/failure true/false serial/parallel
source/destination sender/receiver ascending/descending forward/backward forwards/backwards inward/outward
incoming/outgoing safe/dangerous hold/release press/release tighten/loosen begin/end previous/next
permanent/temporary permanently/temporarily local/remote online/offline static/dynamic absolute/relative
fixed/variable best/worst good/bad strong/weak soft/hard deep/shallow near/far over/under create/delete
expand/collapse warmer/cooler warm/cold rarely/often seldom/often sometimes/always am/pm day/night
"""
OPPOSITE: dict[str, set[str]] = {}
for _pair in _POLES.split():
    _one, _two = _pair.split("/")
    OPPOSITE.setdefault(_one, set()).add(_two)
    OPPOSITE.setdefault(_two, set()).add(_one)


_TURNED = re.compile(r"\b(?:turn|switch|power|toggle|set|is|are)\w*\s(?:[^\W_]+\s){0,3}?(on|off)\b")


class Quantity(NamedTuple):
    """A number as digits, and its unit in one spelling ("" where it has none)."""

    number: str
    unit: str


def quantities(text: str) -> list[Quantity]:
    """The numbers of a text in order with their units; the number of a list item or step is none."""
    found: list[tuple[int, Quantity]] = []
    plain = analyse.normalise(_ENUMERATION.sub("", text))
    for match in _QUANTITY.finditer(plain):
        sign, digits, attached, following, mark = match.groups()
        if match.end(2) < len(plain) and plain[match.end(2)].isalpha() and not attached:
            continue  # a model token that begins with a digit
        if match.start(2) > 1 and plain[match.start(2) - 1] in "-‐‑" and plain[match.start(2) - 2].isalpha():
            continue  # one that ends with it: td-17
        unit = UNIT_OF.get(attached or following or mark or "", "")
        number = _number(digits)
        minus = sign in "-−" and sign != "" and (match.start() == 0 or plain[match.start() - 1] in " (~")
        found.append((match.start(), Quantity(("-" if minus else "") + number, unit)))
    for match in WORD.finditer(plain):
        if match[0] in WORD_NUMBERS:
            rest = WORD.match(plain, match.end() + 1)
            found.append((match.start(), Quantity(WORD_NUMBERS[match[0]], UNIT_OF.get(rest[0], "") if rest else "")))
    return [quantity for _, quantity in sorted(found)]


def is_word_number(word: str) -> bool:
    """Whether a number is written as a word."""
    return word in WORD_NUMBERS


def _number(digits: str) -> str:
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", digits):
        digits = digits.replace(",", "")
    elif re.fullmatch(r"\d+,\d+", digits):
        digits = digits.replace(",", ".")
    return digits.rstrip("0").rstrip(".") if re.fullmatch(r"\d+\.\d+", digits) else digits


def model_tokens(text: str) -> set[str]:
    """The model names of a text (letters and digits, joiners dropped), quantities aside."""
    found = set()
    for match in analyse.TOKEN.finditer(analyse.normalise(text)):
        token = match[0]
        if analyse.is_model_token(token) and not _is_quantity(token):
            found.add(re.sub(r"[-‐‑.,'’/_]", "", token))
    return found


def _is_quantity(token: str) -> bool:
    match = re.fullmatch(r"\d+(?:[.,/]\d+)*[-‐‑]?(.+)", token)
    return match is not None and match[1] in UNIT_OF


def words(text: str) -> list[str]:
    """The words of a text, lower case, in order."""
    return [m[0] for m in WORD.finditer(analyse.normalise(text))]


def negations(text: str) -> int:
    """How many words of a text deny something."""
    return sum(w in NEGATIONS or bool(_NEGATED.search(w)) for w in words(text))


def turned(text: str) -> str:
    """Whether a text speaks of turning something on, or off; "" for neither and for both."""
    found = set(_TURNED.findall(analyse.normalise(text)))
    return found.pop() if len(found) == 1 else ""


def names(text: str) -> set[str]:
    """Words that are written like names: Latin words in a Hebrew text, else capitalised ones inside a sentence."""
    bare = _ENUMERATION.sub("", text)
    latin = re.compile(r"(?<![\w])[A-Za-z][A-Za-z'’]+")
    if analyse.is_hebrew(bare):
        return {m[0].lower() for m in latin.finditer(bare)}
    found = set()
    for match in latin.finditer(bare):
        before = bare[: match.start()].rstrip(" \"'“(‘[")
        if match[0][0].isupper() and before and before[-1] not in ".!?:;•>" and match[0].lower() not in WORDS:
            found.add(match[0].lower())
    return found
