"""Words that say how a person asks, not what about."""

_ENGLISH = """
a an the this that these those there here it its it's they them their he she his her we us our ours you your
yours i me my mine myself yourself itself one ones someone something anything everything nothing somehow am is
are was were be been being do does did doing done don't doesn't didn't isn't aren't wasn't can't won't can
could may might must shall should will would ought cannot have has had having get gets got getting gotten what
what's whats which who whom whose when where where's why how how's howto and or but nor so if then than as
because while though although whether either neither both of at by for from in into on onto to with without
within about over under off out up down between through during not no yes also just only too very really quite
still yet ever never always again already almost any some all each every other another such same more most
less least many much few several please help tell explain describe show_me give let's want wants wanted need
needs needed like know knows possible possibly able way ways thing things kind kinds sort there's i'm i'd i've
i'll you're hi hello hey thanks thank dear someone's ok okay mean means meaning happen happens happened
actually exactly using via per etc make makes made take takes took go goes going does'nt
"""

_HEBREW = """
מה מהו מהי מהם מהן מי איך כיצד היכן איפה מתי למה מדוע האם כמה איזה איזו אילו לאן מאין מאיפה אני אתה את אתם אתן
הוא היא הם הן אנחנו אנו שלי שלך שלו שלה שלהם שלנו של זה זו זאת אלה אלו הזה הזאת הזו האלה שזה יש אין היה היתה
הייתה היו יהיה תהיה להיות אפשר ניתן יכול יכולה יכולים אוכל צריך צריכה צריכים רוצה רוצים מבקש חייב עלי עליי לא
כן גם רק עוד כל כלל או אבל אם כי אז כדי על עם אל מן בין לפי אצל עד תוך בתוך מתוך דרך ללא בלי לי לך לו לה לנו
לכם להם אותו אותה אותם אותי בו בה בהם ממנו ממנה כאן שם פה בבקשה תודה שלום היי אומר אומרת משמעות פירוש עושה
עושים לעשות קורה מאוד כמו יותר פחות
"""

WORDS = frozenset(_ENGLISH.split()) | frozenset(_HEBREW.split())
