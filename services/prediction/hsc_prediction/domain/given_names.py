"""Given names of people, in English and Hebrew: who says one, and one word more, hardly names a product.

Left out are names that are words of catalogues too (jack, mark, rose, tom).
"""

from hsc_prediction.domain.alphabet import fold

_ENGLISH = """
aaron abigail adam adrian ahmed alan albert alejandro alex alexander alexandra ali alice alison amanda amir amit
amy ana andrea andreas andrew andy angela anna anne anthony antonio ariel arthur avi aviv barbara benjamin
bernard brian bruno carla carlos carmen caroline catherine charles charlotte chen chloe chris christian
christina christine christopher claire claudia daniel daniela danielle dave david deborah dennis diana diego
dmitri donald donna dorothy douglas edward elena eli elias elizabeth ella ellen emil emily emma eric erik ethan
eva evelyn eyal fatima felix fernando francesco francis francois gabriel gary george gerald gil giovanni giulia
gloria greg gregory guy hanna hannah hans harold harry hassan heather helen helga henry ibrahim igor ilan ines
ingrid irene isabel isabella itai ivan jacob james jan jane janet jason javier jean jeff jeffrey jennifer jerry
jessica jim joan joe johan john jonathan jorge jose joseph joshua juan judith julia julian julie jurgen karen
karin karl kate katherine kathleen keith kenneth kevin klaus lars laura lauren lea leah lena leo leon leonardo
liam linda lior lisa lorenzo louis luca lucas lucy luigi luis luke magdalena manuel marc marco margaret maria
marie mario marta martha martin mary mateo matthew maya mehmet michael michal michel michelle miguel mike miriam
mohamed mohammed moshe nadia nancy natalia natalie natasha nathan nicholas nicolas nicole nina noa noah nora
olga oliver olivia omar omer oren oscar pablo pamela patricia patrick paul paula pedro peter petra philip pierre
rachel ralph raymond rebecca ricardo richard rina robert roberto roger ron ronald roy ruth ryan samantha samuel
sandra sara sarah sebastian sergei sergio sharon shira simon sofia sophia sophie stefan stephanie stephen steve
steven stuart susan svetlana tal tamar tanya teresa theodore theresa thomas timothy tobias tomer tony uri
valentina vera veronica victor victoria vincent vladimir walter wei wendy werner william wolfgang xavier yael
yair yaron yoav yosef yossi yuki yusuf yuval zoe
"""
_HEBREW = """
אבי אביב אביגיל אביטל אבנר אברהם אהוד אהרון אורי אורית אורלי אורן אייל אילן אילנה איתי איתן אלון אלי אליהו
אליעזר אלכס אמיר אמית אנה אסף אפרת אריאל אריה אסתר בועז בנימין ברוך גדעון גיל גילי גיא גלית דוד דורון דורית דן
דנה דניאל דניאלה דפנה הדס הדר הילה הלל חגית חיים חן חנה טל טלי יאיר יגאל יהודה יהודית יואב יואל יוחנן יוני יונתן
יוסי יוסף יעל יעקב יצחק ירדן ישראל כרמית גל לאה ליאור ליאת לימור לירון מאור מאיה מאיר מוטי מורן מיכאל מיכל מיכה
מיכאלה מיקי מירי מרים מרק משה נדב נועה נועם נורית ניר נמרוד נעמה נעמי נתן נתנאל סיגל סיון סמדר ספיר עדי עדן עוז
עומר עוזי עידו עידן עינב עינת ענבל ענת עמית עמוס עמיר עפרה פנינה צבי צחי קרן ראובן רבקה רון רוני רונית רועי רות
רותם רחל רינה שגיא שולמית שחר שי שיר שירה שירן שלום שלומי שלומית שלמה שמואל שמעון שני שרה שרון שרית תום תומר תמי
תמר אסנת אלה נטע מתן אופיר אדם ליאון אולגה נטשה אנטון בוריס סבטלנה
"""
GIVEN_NAMES = frozenset(fold(name) for name in (_ENGLISH + _HEBREW).split())
