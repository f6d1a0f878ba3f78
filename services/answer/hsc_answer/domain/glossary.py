"""English words of the field that stand for each other in questions and manuals, and those that tell nothing or all.

Manuals of instruments, phones, recorders and measuring gear say few things in many words: "delete" and "remove",
"turn on" and "enable". A synonym counts less than the word itself.
"""

from functools import cache

from hsc_answer.domain import analyse

Phrase = tuple[str, ...]

# One word a line, and those that may stand for it. Phrases are joined by "_".
_GROUPS = """
delete remove erase clear discard
add insert attach append
enable activate turn_on switch_on power_on start
disable deactivate turn_off switch_off power_off
power_off shut_down turn_off
change modify edit adjust alter customize customise configure set personalize personalise
customize customise configure personalize set_up setup
choose select pick
show display view see
hide conceal
check view see monitor
find locate search
search browse look_up
open launch start access
close exit quit
stop end cancel halt
pause suspend hold
resume continue
restart reboot reset
reset restore initialize initialise default factory
save store keep write
backup back_up
load recall open import
import load
export save output
copy duplicate clone
move transfer drag
transfer send migrate
send share
connect attach plug link pair
disconnect detach unplug unlink unpair
pair bluetooth
install mount insert set_up setup
uninstall remove
update upgrade firmware
download get
upload send
print output
record capture
capture screenshot
photo picture image photograph
video movie film clip
camera photo
song track tune music
music audio song
sound audio tone
volume loudness level
loud volume
mute silence silent quiet
ringtone ring
picture image display
screen display monitor
brightness bright brighten lighten dim luminance
brighten lighten brightness
dark night dim
bigger larger enlarge increase big large
smaller reduce decrease shrink small
increase raise up boost
decrease lower reduce down
size big large
resize size
zoom magnify magnification magnifier enlarge
font text letter
language locale
keyboard key
key button
button key switch
knob dial control
dial knob encoder
jack socket connector port terminal input
port connector socket jack terminal
plug connect
cable cord lead wire
charge charging battery
battery charge power
power supply adaptor adapter ac
voltage volt
current ampere amp
frequency hz khz
weight weigh heavy
weigh weight
heavy weight weigh
deep depth
hot temperature
dimension size width height depth
wide width
tall height
long length duration
time clock
duration length time
timeout time_out
delay lag
schedule timer
alarm wake
password passcode pin code
pin password
lock secure
unlock open
security secure protect
protect protection secure
fingerprint biometric
account login sign_in
login log_in sign_in
logout log_out sign_out
user account
contact person people
call phone dial
phone call device smartphone
message text sms
text message
mail email e-mail
email mail
notification alert
alert notification warning alarm
warning caution alert
error fault problem failure trouble
problem trouble issue error
fix repair solve troubleshoot
broken fault malfunction
clean cleaning wipe
app application program
application app program
program software application
software firmware program
menu list
menu setting option
option setting choice
setting option preference parameter
preference setting option
parameter setting argument option
argument parameter option
feature function
function feature
folder directory
file document
memory storage
storage memory space disk
card sd memory
usb flash
internet web browser network
browser internet web
website web url page
network wifi wi-fi lan
wifi wi-fi wireless
wireless wi-fi bluetooth
hotspot tethering
location gps position
gps location
map navigation
direction navigation
child kid parental
parental child
earphone headphone headset earbud
headphone headset earphone
speaker loudspeaker
microphone mic
mic microphone
remote controller remote_control
tv television
television tv
channel station
station channel broadcast
subtitle caption
caption subtitle
source input
game gaming
accessory optional
guarantee warranty
warranty guarantee
tempo bpm speed
speed rate fast velocity
metronome click
tune tuning pitch
pitch tune tuning
transpose transposition key
rhythm beat drum
beat rhythm
kit drum set
patch preset tone sound program
preset patch
effect fx
reverb ambience
polyphony voice note
voice speech
speak speech voice talk
speech voice
midi controller
loop repeat
repeat loop
color colour
colour color
draw plot graph
plot graph draw chart
graph plot chart
axis axe
line curve
width thickness thick
thickness width thick
default standard initial
specify define set
define declare specify
convert conversion change
conversion convert
compute calculate
calculate compute calculation
list show
rename name
name title label
label name title caption
title heading label
type kind
maximum max highest
minimum min lowest
max maximum
min minimum
number count amount
amount number
require requirement need
requirement require
support compatible
compatible support compatibility
allow permit enable
permission permit allow
permit allow permission
prevent avoid block
block prevent reject
benefit advantage
advantage benefit
purpose use
usage use
use usage
usable use
background wallpaper
wallpaper background
theme style look
icon shortcut
group merge
merge combine join link
combine merge join
split divide separate
sort order arrange
arrange order sort
reorder arrange
swipe drag slide
tap touch press
press push tap hit
push press
hold keep
rotate turn orientation landscape
landscape orientation rotate
guest visitor
privacy private
private secret privacy
encrypt encryption
decrypt decryption
sync synchronize synchronise synchronization
synchronize sync
automatic auto automatically
automatically auto automatic
manual manually
manually manual
quick fast
slow slowly
water waterproof moisture
magnify zoom
mirror cast
cast mirror screen_mirroring
emergency sos
warranty guarantee
guarantee warranty
battery cell
cell battery
touchscreen touch_display touch_screen
voltage volt v
distance far
far distance
speaker loudspeaker
loudspeaker speaker
cc control_change controller
gone missing lost
loop looper
looper loop
sampler sample
sequence sequencer
sequencer sequence
arpeggio arpeggiator
arpeggiator arpeggio
tuner tune
preamp preamplifier
preamplifier preamp
colour color
color colour
default factory factory_setting initial
bypass switch_off
lay laid
laid lay
schwer gewicht
wiegt gewicht
wiegen gewicht
gross maße abmessungen größe
lang länge
laut pegel
grande dimensiones tamaño dimensioni
resetear restablecer
reiniciar restablecer
lourd poids
pèse poids
peser poids
"""

# What a device has or has not, and what a shop knows: a manual that never names it cannot answer a question about it.
_DECISIVE = """
bluetooth wifi wlan midi hdmi usb ethernet dante avb adat spdif toslink optical dmx alexa siri airplay chromecast
spotify android iphone ipad ios airtag nfc gps esim dolby surround vocoder shimmer loopback tuner app editor price
cost discount dealer preis precio prix prezzo kosten costo
"""
DECISIVE = frozenset(analyse.stem(word) for word in _DECISIVE.split())
# What people call any product; where the manual does not, it tells nothing.
_GENERIC = """
device unit product instrument machine equipment gear thing model synth synthesizer synthesiser keyboard piano
mixer console desk pedal speaker monitor interface phone recorder drum box gerät aparato equipo dispositivo
appareil produit apparecchio prodotto מכשיר המכשיר מוצר המוצר יחידה
"""
GENERIC = frozenset(_GENERIC.split())
# A bound that a range gives as well, and a manner that a manual need not repeat.
_SOFT = """
maximum minimum max min longest shortest highest lowest largest smallest directly properly correctly easily quickly
"""
SOFT = frozenset(_SOFT.split())


@cache
def _synonyms() -> dict[str, tuple[Phrase, ...]]:
    """Each line's first word → the phrases that may stand for it."""
    table: dict[str, dict[Phrase, None]] = {}
    for line in _GROUPS.split("\n"):
        head, *others = [phrase(member) for member in line.split()] or [()]
        if len(head) == 1:
            row = table.setdefault(head[0], {})
            row.update(dict.fromkeys(other for other in others if other != head))
    return {term: tuple(row) for term, row in table.items()}


def phrase(text: str) -> Phrase:
    """The terms of words that are joined by "_"."""
    return tuple(analyse.stem(word.replace("-", "")) for word in text.split("_"))


def synonyms(term: str) -> tuple[Phrase, ...]:
    """Phrases that may stand for a term."""
    return _synonyms().get(term, ())
