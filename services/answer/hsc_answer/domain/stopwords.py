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
less least many much few several please help tell explain describe give let's want wants wanted need
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
עושים לעשות קורה מאוד כמו יותר פחות ה ב ל מ ש ו כ וה שה
"""

_GERMAN = """
der die das den dem des ein eine einen einem einer eines kein keine keinen ich du er sie es wir ihr man mich mir dich
dir sich uns mein meine meinen meinem meiner dein deine sein seine ihre ihren ist sind war waren bin bist wird werden
wurde worden hat habe haben hatte kann kannst können könnte muss müssen muß soll sollte darf dürfen will möchte gibt
und oder aber wenn dann als wie was wer wo wann warum wieso weshalb wohin woher welche welcher welches welchen welchem
wieviel viel viele mit ohne für von vom zu zum zur in im an am auf aus bei beim nach vor über unter um durch gegen bis
nicht nur auch noch schon sehr mehr so da dort hier dies diese dieser dieses diesen damit dafür davon bitte mache macht
machen tun heißt heisst bedeutet bedeuten brauche braucht brauchen etwas alle alles ja nein lässt lassen geht gehen
"""

_FRENCH = """
le la les l un une des de du d et ou mais si que qui quoi quel quelle quels quelles dont où quand comment pourquoi
combien je j tu il elle on nous vous ils elles me m te t se s mon ma mes ton ta tes son sa ses notre nos votre vos leur
ce c cet cette ces ça cela est sont suis es sommes êtes était étaient être avoir ai as a avons avez ont faut peut peux
peuvent pouvez pourrait dois doit doivent veux voudrais fait faire fais puis-je est-ce qu'est-ce y en ne n pas plus
moins très aussi avec sans pour par sur sous dans chez vers entre à au aux c'est qu'il s'il signifie veut dire qu
"""

_SPANISH = """
el la los las lo un una unos unas de del a al y e o u pero si que qué quien quién cual cuál cuáles cuales donde dónde
cuando cuándo como cómo cuanto cuánto cuanta cuánta cuantos cuántos cuantas cuántas por porque para con sin sobre entre
hasta desde en yo tú él ella ellos nosotros usted ustedes me te se nos le les mi mis tu tus su sus este esta estos estas
ese esa eso esto es son soy era fue ser está están estar estoy hay ha he han haber tiene tienen tengo tener puede puedo
pueden poder debo debe deben quiero quiere hace hacer hago no sí muy más menos también ya significa significan necesito
necesita sirve
"""

_ITALIAN = """
il lo la i gli le l un uno una di del dello della dei degli delle a al allo alla ai agli alle da dal dalla dallo in
nel nella nello con col su sul sulla per tra fra e ed o ma se che chi cui quale quali cosa cos'è come quando dove
perché quanto quanta quanti quante io tu lui lei noi voi loro mi ti si ci vi mio mia tuo tua suo sua questo questa
questi queste quello quella è sono sei siamo era essere ho hai ha abbiamo avere può posso possono potere devo deve
devono voglio vuole faccio fa fare c'è non più meno molto anche già significa significano serve bisogna
"""

WORDS = frozenset(_ENGLISH.split()) | frozenset(_HEBREW.split())
# By language, folded as questions are.
OF = {
    language: frozenset(words.casefold().split())
    for language, words in (
        ("en", _ENGLISH),
        ("de", _GERMAN),
        ("fr", _FRENCH),
        ("es", _SPANISH),
        ("it", _ITALIAN),
    )
}
