"""Words of support sentences: they say what is wanted, hardly ever which product.

A support word names no product by itself; inside a product's name (`My 900`, `Power Supply`) it still counts a little.
"""

from bisect import bisect_left

from hsc_prediction.domain.alphabet import fold

_ENGLISH = """
a about actually after again all also am an and any anybody anyone anything are around as ask at available away back
be because been
before behind   between  both bought bring broke broken but button buy by call can cannot cant changed charge check
cheap cheaper cheers clean close come comes comparing compatible computer connect connected connecting connection
contact control cost
could crash crashes crashing customer date day days  dear default defective delivery device did didnt different
difference do
documentation does doesnt doing done dont download driver drivers each else email error even ever every everything
expensive explain
factory fail fails far fault faulty find fine firmware first  fix fixed for found  from fully get gets getting give
go goes going
good got  guide had happen happens has hate have havent having he hear heard hello help her here hey hi him his hold
hope how i id
if im in info information install installing instead instruction instructions into invoice iphone ipad is isnt it
item its ive just keep
keeps kind know last later latest laptop least  length let  like    look looking lost lot  mac made make makes
making manual manuals many may maybe me mean mine missing model more morning most much must my name near need needs
never new news next
nice no  nope not nothing now number of off offer ok okay old on once one ones only open or order ordered other our
out over own page
part parts password pay pc pdf people phone  pick place plays please  plugged possible press price pricing problem
problems
product properly purchase purchased put question questions quick quickly quite ran reads ready really receipt
received recently
recommend regards repair replace replacement reply reset restart return  run running said same save saw say says see
seems sell
send sent serial service set setting settings setup shall she ship shipping shop should show shows side since sir
smell smells so
software some somebody someone something sometimes soon sorry sound sounds spare specs specifications start started
starts stay still
stock stop stopped stops store stuck such suddenly supplier support sure switch take tell than thank thanks that
thats the their them
then there these they thing things think this those though through till time times to today together told tomorrow
too tried trouble try
trying turn turned turning turns two type under unit until up update updated updates upgrade us usb use used user
uses using very
via video wait want wanted wants warranty was wasnt way we website week weeks well went were weve what whats when
where which while who
whole whose why will windows wish with within without wont wonder wondering work worked working works worse would
write wrong year years
yes yesterday yet you your yours youtube weather dinner lunch book ticket restaurant movie cat dog mom dad wife
husband son daughter kid
kids  cover lesson lessons teacher   teach learn birthday gift present christmas hours opening address phone number city
street open saturday sunday monday tuesday wednesday thursday friday january february march april may june july
august september october
november december mr mrs ms team company invoice attached attachment wrote subject re fwd fw cc mobile tel fax www
http https com co il
net org html kind best sincerely iphone android sent original message forwarded begin dear hi hello gmail yahoo
hotmail outlook
tune tuning tuned calibrate calibrated calibration transpose mute unmute assemble adjust adjusting tighten attach detach
remove delete erase format sync synchronise synchronize backup
screen display battery adapter supply power cable charger bluetooth wifi app apps midi  pairing password version
"""
_COMMON = (
    """
card cards gift gifts arm broke
airport airports ticket tickets bus train flight credit debit form forms manager management job jobs english hebrew
french german spanish
birthday happy game games night evening morning music loud park parking road street house room doctor rest wine table
coffee food eat
drink dog dogs cats child children baby family friends girl boy man woman men women girls boys daughter son band
party wedding joke
translate language capital country germany france london israel haifa jerusalem aviv tel york america europe world
sun rain snow hot cold
summer winter spring autumn fall money bank pay paid payment payments refund refused returned exchange delivery
courier shipment arrived
arrive arrives receive waiting called talk spoke speak talked explain explained understand remember forgot forgotten
lost found stolen
damaged scratched bent wet dirty clean cleaning noisy quiet slow fast quick slowly heavy cheap expensive free sale
discount coupon
"""
    + """
question answer reason example idea fact point case matter thing word name list line end beginning side half whole
rest lot bit
beautiful nice lovely terrible awful horrible amazing fantastic perfect excellent weird strange funny sad angry tired
hungry sick
"""
)
_HEBREW = """
רבה רב
תגיע מגיע הגיע הגיעה לשלם תשלום תשלומים בתשלומים אשראי כרטיס מנהל מדבר לדבר מדברים אנגלית עברית נמצאים נמצא רחוב חניה
אני אתה את אתם הוא היא הם הן אנחנו זה זו זאת אלה של שלי שלך שלו שלה שלנו שלכם עם על אל אם או גם רק כל כן לא אין יש
היה היתה הייתה יהיה תהיה
להיות מה מי מתי איפה איך למה מדוע כמה האם איזה איזו אז אבל כי כמו כבר עוד עדיין פה שם כאן ככה קצת הרבה מאוד טוב טובה
יותר פחות הכי בין לפני אחרי
תחת מעל בלי בגלל בשביל כדי אפשר צריך צריכה רוצה רצה מחפש מחפשת קניתי קנינו רכשתי הזמנתי קיבלתי יכול יכולה יכולים
תוכלו תוכל בבקשה תודה שלום היי
הי ערב בוקר עזרה לעזור מוצר מוצרים דגם מדריך הוראות הפעלה חוברת מחיר עולה עולים עלות מלאי במלאי זמין אחריות תיקון
מתקן מקולקל מקולקלת תקלה בעיה בעיות
נדלק נדלקת נכבה נכבית עובד עובדת עובדים פועל פועלת סאונד צליל קול רעש שומע שומעים לחבר מחבר מחברים חיבור מתחבר מתחברת
מחשב טלפון נייד אייפון אייפד
אנדרואיד מק ווינדוס עדכון לעדכן מעדכנים גרסה תוכנה דרייבר להוריד מורידים התקנה להתקין מתקינים לאפס מאפסים איפוס
להדליק להפעיל מפעילים לכבות מסך כפתור ספק
מתח כוח סוללה סוללות חלק חלקים חילוף חדש חדשה ישן ישנה שבוע שנה יום היום אתמול מחר מזג אוויר לקוח שירות הזמנה משלוח
חשבונית קבלה כסף לקנות לרכוש למכור
מתאים מתאימה תואם הבדל ההבדל המלצה ממליצים שאלה תשובה אימייל מייל כתובת שעות פתיחה חנות סניף ה ב ל מ ש ו כ הזה הזאת
הזו אותו אותה לי לו לה לנו להם משהו
מישהו כמובן בכלל פתאום תמיד אף פעם שוב מאז עכשיו איתו איתה אצל דרך עד וגם שזה שלא אחר אחרת אחד אחת
"""
# The Hebrew the, in, to, from, that, and, as: written without a space.
PREFIXES = "הבלמשוכ"
SUPPORT_WORDS = frozenset(fold(word) for word in (_ENGLISH + _COMMON + _HEBREW).split())
# Words that make an accessory of the device whose name stands before them.
ACCESSORY_WORDS = frozenset(
    fold(word)
    for word in [
        "case",
        "cases",
        "cover",
        "covers",
        "bag",
        "gigbag",
        "gig",
        "stand",
        "adapter",
        "adaptor",
        "supply",
        "bracket",
        "cable",
        "strap",
        "holder",
        "mount",
        "rack",
        "kit",
        "sleeve",
        "backpack",
        "bench",
        "pedal",
        "footswitch",
        "tablet",
        "remote",
        "clamp",
        "pouch",
        "skin",
        "lid",
        "spare",
        "battery",
        "box",
        "תיק",
        "כיסוי",
        "מעמד",
        "סטנד",
        "נרתיק",
        "מתאם",
        "כבל",
        "רצועה",
        "ספסל",
        "נרתיק",
        "קייס",
    ]
)
# Words that make another model of the one whose name stands before them.
_VARIANTS = "plus lite mini ultra prime neo duos dual lefty שמאלית"
VARIANT_WORDS = frozenset(fold(word) for word in _VARIANTS.split())
# Words that ask for something to be done about a thing: beside one of them a coined word alone names a product.
_WANTING = """
how reset manual manuals guide instructions setup install installing update firmware driver drivers software app
connect connected connecting pair pairing charge charger charging battery power adapter supply cable warranty price
pricing cost repair fix fixed replace replacement spare parts broken broke crash crashes crashing faulty fault fails
defective stuck turn turns switch work works working problem problems trouble error sound noise hum screen display
button settings specs specifications compatible stock buy order serial need use clean tune calibrate mount download
איך מאפסים לאפס איפוס מדריך הוראות הפעלה חוברת מחיר עולה מלאי אחריות תיקון מקולקל תקלה בעיה נדלק נדלקת נכבה עובד עובדת
סאונד לחבר מחברים עדכון לעדכן להתקין להדליק להפעיל צריך מחפש קניתי רכשתי לקנות
"""
WANTING_WORDS = frozenset(fold(word) for word in _WANTING.split())
_COLOURS = """
black white red blue green yellow gold golden silver grey gray brown purple pink orange natural
שחור שחורה לבן לבנה אדום אדומה כחול כחולה ירוק ירוקה צהוב צהובה זהב כסף אפור אפורה חום חומה סגול סגולה ורוד כתום טבעי
"""
COLOUR_WORDS = frozenset(fold(word) for word in _COLOURS.split())
POINTING_WORDS = frozenset(["the", "my", "our", "this"])
# Beside one of these a short code with digits is what the device shows, not what it is called.
SHOWN_BEFORE = frozenset(["error", "code", "message", "shows", "says", "displays", "fault", "שגיאה", "קוד", "תקלה"])
SHOWN_AFTER = frozenset(["mean", "means", "error", "message"])
_SORTED = sorted(SUPPORT_WORDS)


def begins_support_word(letters: str) -> bool:
    """Whether a word half typed may become a support word."""
    at = bisect_left(_SORTED, letters)
    return at < len(_SORTED) and _SORTED[at].startswith(letters)
