"""Hebrew words of the field and the English ones (phrases joined by "_") that a manual may use for them."""

# English : Hebrew, one meaning a line. Looked up without the prefixes ו ה ב ל מ ש כ and without plural endings.
_LINES = """
reset restore initialize factory : מאפסים לאפס מאפס איפוס אפס אתחול לאתחל מאתחלים
factory default : מפעל היצרן יצרן
default factory initial : ברירת ברירת־מחדל מחדל
settings setting preferences : הגדרות הגדרה
set configure adjust define : מגדירים להגדיר מגדיר הגדר קובעים לקבוע
setup set_up install : התקנה מתקינים להתקין התקן
power mains : חשמל מתח כוח
power_supply adaptor adapter power : ספק
voltage volts : מתח וולט
phantom : פנטום
adaptor adapter : מתאם
supply power : אספקה
turn_off switch_off power_off off shut_down : מכבים לכבות כיבוי נכבה נכבית להיכבות מכבה כבה כבוי
switch_off itself_off auto_off : לבד מעצמו אוטומטית
turn_on switch_on enable activate on : מפעילים להפעיל הפעלה מפעיל הדלקה מדליקים להדליק הפעל
start begin : מתחילים להתחיל התחלה
stop end : עוצרים לעצור עצירה מפסיקים להפסיק
disable deactivate turn_off : משביתים להשבית השבתה
automatic automatically auto : אוטומטי אוטומטית
manual manually : ידני ידנית
user_manual manual guide : מדריך
calibrate calibration : מכיילים לכייל כיול
tune tuning : כיוון מכוונים לכוון כוונון
pedal : דוושה דוושת
expression : ביטוי
sustain damper : סאסטיין
switch : מתג מתגים
program patch preset : תוכנית תכנית תוכניות תכניות פריסט
bank : בנק בנקים
favourite favorite : מועדף מועדפים
save store keep : שומרים לשמור שמירה שומר נשמר נשמרים
load recall : טוענים לטעון טעינה
delete remove erase clear : מוחקים למחוק מחיקה מוחק מסירים להסיר הסרה
edit : עורכים לערוך עריכה
change modify adjust : משנים לשנות שינוי משנה
lock : נועלים לנעול נעילה נעול
unlock : משחררים לשחרר שחרור
panel front_panel : פאנל לוח
stage : במה
step steps : צעד צעדים שלב שלבים
pattern : תבנית תבניות מקצב מקצבים
undo cancel : מבטלים לבטל ביטול
cancel : מבטלים ביטול
redo : שחזור
time : זמן
long longest duration maximum : ארוך ארוכה ביותר
maximum max most : מקסימום מקסימלי מרבי
minimum min least : מינימום מינימלי מזערי
delay : השהיה השהייה דיליי
digital : דיגיטלי דיגיטלית
analog analogue : אנלוגי אנלוגית
effect effects fx : אפקט אפקטים
reverb : ריוורב הדהוד
bypass : מעקף
all : כל
once together : בבת אחת
tempo bpm : טמפו קצב
rate : קצב
sample_rate sampling_rate : דגימה
sample : דגימה דוגמה דגימות סמפל
range : טווח תחום
audio : אודיו שמע
sound tone : צליל צלילים סאונד
volume level : עוצמה ווליום עוצמת
mute : משתיקים להשתיק השתקה
file_system formatted format : קבצים
file : קובץ קבצים
folder : תיקייה תיקיה תיקיות
system : מערכת
memory storage stick : זיכרון
memory_card sd_card card : כרטיס
usb_stick stick : דיסק זיכרון
backup back_up : גיבוי מגבים לגבות
copy : מעתיקים להעתיק העתקה
export : מייצאים לייצא ייצוא
import : מייבאים לייבא ייבוא
format formatted : מפרמטים לפרמט פרמוט אתחול
update upgrade : מעדכנים לעדכן עדכון שדרוג
firmware operating_system : קושחה קושחת
version : גרסה גרסא גירסה
warm_up warm : מתחמם להתחמם חימום התחממות
temperature : טמפרטורה חום
filter : מסנן מסננים פילטר סינון
cutoff : חיתוך קאטאוף
crossover cutoff : חיתוך קרוסאובר
resonance : תהודה רזוננס
error fault : שגיאה שגיאות תקלה תקלות
display screen : צג תצוגה מסך
screen display : מסך צג
error_code code : קוד
code pin : קוד קודים
password : סיסמה סיסמא סיסמת
forgotten forgot forget : שכחתי שוכחים לשכוח שכחת
weight weigh heavy : שוקל שוקלת משקל לשקול
dimension size width : מידות גודל ממדים
size : גודל
guarantee warranty : אחריות
register registration : נרשמים להירשם רישום הרשמה
serial : סידורי סידורית
number : מספר
gain : הגבר הגברה גיין
preamp preamplifier : קדם מגבר
amplifier amp : מגבר מגברים
microphone mic : מיקרופון מיקרופונים
headphones headphone : אוזניות
speaker loudspeaker : רמקול רמקולים
input : כניסה כניסות
output : יציאה יציאות
guitar instrument : גיטרה
guitar : גיטרה גיטרות
bass : בס
keyboard keys : מקלדת קלידים
key button : מקש מקשים לחצן כפתור
key : מקש קליד מפתח
button key : כפתור כפתורים לחצן לחצנים
knob control : כפתור בקר
drum drums : תוף תופים
pad pads : פד פדים
directly direct : ישירות ישיר ישירה
connect plug attach : מחברים לחבר חיבור מחבר חברו מתחברים להתחבר
connection connector : חיבור מחבר
disconnect unplug : מנתקים לנתק ניתוק
cable : כבל כבלים
socket jack port : שקע שקעים
plug : תקע
link : מקשרים לקשר קישור
stereo : סטריאו
mono : מונו
channel : ערוץ ערוצים
track : רצועה רצועות ערוץ
scene : סצנה סצנות סצינה
mixer console : מיקסר מיקסרים
console mixer : קונסולה קונסולת מיקסר
equaliser equalizer eq : אקולייזר איקיו
compressor : קומפרסור מדחס
limiter : לימיטר מגביל
gate : גייט
fader faders : פיידר פיידרים
clean cleaned cleaning : מנקים לנקות ניקוי
dust : אבק
often every : תדירות
hour : שעה שעות
minute : דקה דקות
second : שנייה שניה שניות
day : יום ימים
battery batteries cells : סוללה סוללות
charge charging : טוענים לטעון טעינה מטעינים להטעין הטענה
alkaline : אלקליין אלקליות
last life : מחזיקות מחזיקה להחזיק
consumption usage power : צריכה צריכת
suitable : מתאים מתאימה
current : זרם
fuse : נתיך פיוז
loop looper : לופ לופים לולאה
record recording : מקליטים להקליט הקלטה הקלטות
play playback : מנגנים לנגן נגינה ניגון השמעה
layer : שכבה שכבות
last : אחרון אחרונה
first : ראשון ראשונה
distance far : מרחק
wall : קיר
rear back : אחורי אחורית
front : קדמי קדמית
leave : להשאיר משאירים
frequency : תדר תדרים תדירות
lamp led light : נורה נורית לד אור
red : אדום אדומה
green : ירוק ירוקה
amber : כתום כתומה
blink blinks flash : מהבהב מהבהבת מהבהבים הבהוב
standby : המתנה
encrypt encryption : מצפינים להצפין הצפנה
group : קבוצה קבוצות
contact contacts : אנשי קשר
call : שיחה שיחות
message : הודעה הודעות
mail email : דואר מייל דוא״ל
note notes : פתק פתקים תו תווים הערה
notes midi_note : תו תווים צלילים
timeout : כיבוי
picture photo image : תמונה תמונות צילום
photo camera capture : מצלמים לצלם צילום
camera : מצלמה מצלמת
screenshot capture_screen capture : צילום
video : וידאו סרטון סרטונים
swipe swiping : החלקה החלקת מחליקים להחליק
palm : כף
hand : יד
account : חשבון חשבונות
device : מכשיר מכשירים התקן
notification alert : התראה התראות התרעות
choose select : בוחרים לבחור בחירה
ringtone sound : רינגטון צלצול
location : מיקום
services service : שירות שירותי שירותים
view check see : רואים לראות צופים לצפות מציגים להציג
show display : מציגים להציג הצגה
hide : מסתירים להסתיר הסתרה
add : מוסיפים להוסיף הוספה
create : יוצרים ליצור יצירה
open : פותחים לפתוח פתיחה
close : סוגרים לסגור סגירה
send : שולחים לשלוח שליחה
share : משתפים לשתף שיתוף
search find : מחפשים לחפש חיפוש
find : מוצאים למצוא נמצא נמצאת
install mount : מתקינים להתקין התקנה
remove eject : מוציאים להוציא הוצאה
insert : מכניסים להכניס הכנסה
press : לוחצים ללחוץ לחיצה
hold : מחזיקים להחזיק החזקה
repair fix : מתקנים לתקן תיקון
problem trouble : בעיה בעיות
clock : שעון
alarm : שעון מעורר אזעקה
language : שפה שפות
name : שם שמות
colour color : צבע צבעים
brightness : בהירות
font text : גופן
wallpaper background : טפט רקע
background : רקע
network : רשת רשתות
wireless : אלחוטי אלחוטית
wifi wi-fi : ויי־פיי וויפיי
bluetooth : בלוטות׳ בלוטוס
internet web browser : אינטרנט גלישה
app application : אפליקציה אפליקציות יישום יישומים
computer pc : מחשב
phone : טלפון
velocity : מהירות עוצמה
aftertouch : אפטרטאץ׳
octave : אוקטבה אוקטבות
transpose : טרנספוז
scale : סולם
chord : אקורד אקורדים
arpeggiator : ארפג׳יאטור
sequencer : סיקוונסר
oscillator : אוסצילטור מתנד
envelope : מעטפת
voice polyphony : קול קולות פוליפוניה
split : פיצול מפצלים לפצל
metronome click : מטרונום
line : קו
safety : בטיחות
warning caution : אזהרה זהירות
water liquid moisture : מים נוזל נוזלים רטיבות
cleaning : ניקוי
stand : מעמד
case : נרתיק תיק
signal : אות אותות
dry : יבש
support service : תמיכה
open : פתוח פתוחה
animate animation : מונפש הנפשה אנימציה
spray : תרסיס ספריי
contact : מגעים מגע
administrator admin : מנהל
stuck hang : נתקע נתקעים תקוע
may allowed permitted : מותר
wear : שחיקה בלאי
cloud : ענן
region area zone : אזור
date : תאריך
format : פורמט
noise : רעש
interference : הפרעה הפרעות
transmit transmission : שידור לשדר משדר
reception receive : קליטה לקלוט קולט
antenna aerial : אנטנה
measure measurement : מדידה למדוד
accuracy precision : דיוק
resolution : רזולוציה
height : גובה
length : אורך
width : רוחב
depth : עומק
slot : חריץ
charger : מטען
ground earth : הארקה
screw : בורג ברגים
cover lid : כיסוי מכסה
label sticker : מדבקה
pen stylus : עט
cooling fan : קירור
write : כתיבה לכתוב כותבים
prevent avoid : מונעים למנוע
value : ערך
"""


def _table() -> dict[str, str]:
    table: dict[str, str] = {}
    for line in _LINES.strip().split("\n"):
        english, _, hebrew = line.partition(" : ")
        for word in hebrew.split():
            table[word] = f"{table[word]} {english}" if word in table else english
    return table


HEBREW: dict[str, str] = _table()
