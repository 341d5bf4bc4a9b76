"""Texts in eight languages that the PDF files of the benchmark are made from, written for this project."""

from __future__ import annotations

TITLE = "How the town of Lind learned to share its water"
AUTHOR = "Ada Berg"

ENGLISH = (
    (
        "",
        (
            "For most of its history the town of Lind had more water than it could use. The river ran full from "
            "October to June, the wells behind the market never failed, and nobody in the council could remember a "
            "summer in which the fountains had been turned off. That changed in the first years of the century, when "
            "three dry winters followed one another and the reservoir at Holm sank to a fifth of its volume."
        ),
        (
            "The difficulty was not only that rain had become scarce. Officials found that nearly a third of the "
            "water that left the reservoir never reached a tap. It seeped out of pipes that had been laid before the "
            "war, it ran through meters that had stopped counting, and some of it was taken at night by farms that "
            "had no licence. A well-known engineer, Tor Eklund, described the network as a sieve that somebody had "
            "buried and forgotten."
        ),
    ),
    (
        "Finding the leaks",
        (
            "The first step was to listen. Two crews walked every street of the old town with microphones pressed "
            "against the hydrants, and they marked each place where the ground hissed. In eleven weeks they found "
            "412 leaks, of which the largest, beneath the fish market, lost as much water as a village of six "
            "hundred people would need."
        ),
        (
            "Repairing them took longer. The council decided to replace pipes in the order of what they lost and not "
            "in the order in which streets had complained, which was efficient and made it unpopular. By the end of "
            "the second year the loss had fallen from 31 to 14 percent, and the reservoir filled to its brim in "
            "March for the first time since the drought had begun."
        ),
    ),
    (
        "A price that tells the truth",
        (
            "Water in Lind had always cost the same, however much of it a household used. The new tariff gives every "
            "person ninety litres a day at a low price and charges four times as much for whatever goes beyond that. "
            "Families with small children were afraid of the change, so the council promised that nobody would pay "
            "more in the first year than in the year before; the difference was covered by a self-imposed levy on "
            "swimming pools."
        ),
        (
            "Consumption fell by a fifth within eighteen months. What surprised the officials was where it fell: not "
            "in the large gardens on the hill, whose owners could afford the higher price, but in the laundries and "
            "the breweries of the lower town, which installed closed circuits and soon sold their knowledge to other "
            "places."
        ),
    ),
    (
        "What other towns can learn",
        (
            "Lind is small, and what worked there need not work elsewhere. Its council could walk the whole network "
            "in a season, and its citizens knew the people who raised their bills. Even so, three lessons seem to "
            "travel well. Measure before you build, because the cheapest reservoir is the water that no longer leaks "
            "away. Let the price speak, but protect those who cannot answer. And publish the figures every month, "
            "since a town that sees its own consumption begins to argue about it, and a town that argues about it "
            "has begun to save."
        ),
        (
            "The next test will come soon. Forecasts say that the flow of the river will shrink by a quarter before "
            "the middle of the century, and that floods will become more frequent at the same time. The council has "
            "set money aside for a second reservoir, which it hopes that it will never have to fill."
        ),
    ),
)

GERMAN_TITLE = "Warum die Straßenbahn nach Weidenau zurückkehrt"
GERMAN = (
    (
        "Vierzig Jahre nach ihrer Stilllegung soll die Straßenbahn wieder von der Altstadt bis nach Weidenau fahren. "
        "Der Verkehrsausschuss hat die Wiederherstellung der Strecke am Donnerstag mit großer Mehrheit beschlossen. "
        "Die Vorbereitungen haben sechs Jahre gedauert, weil die Eigentümerinnen und Eigentümer der angrenzenden "
        "Grundstücke angehört werden mussten."
    ),
    (
        "Die Verwaltung rechnet mit Gesamtkosten von 84 Millionen Euro, von denen der Bund drei Viertel übernimmt. "
        "Nach einer Untersuchung der Hochschule werden täglich ungefähr zwölftausend Menschen die Verbindung "
        "benutzen, und die Durchschnittsgeschwindigkeit auf der Bundesstraße wird sich trotz der wegfallenden "
        "Fahrspur kaum verändern."
    ),
    (
        "Kritikerinnen verweisen auf die jahrelangen Bauarbeiten und auf die Platanen, die an der Uferpromenade "
        "gefällt werden müssen. Die Naturschutzbeauftragte hat erreicht, dass für jeden gefällten Baum drei neue "
        "gepflanzt werden. Die Bauarbeiten beginnen im Frühjahr, und die Eröffnung ist für den Herbst des "
        "übernächsten Jahres vorgesehen."
    ),
)

FRENCH_TITLE = "La bibliothèque flottante de Saint-Édern"
FRENCH = (
    (
        "Depuis le début de l'été, une péniche transformée en bibliothèque parcourt le canal de Saint-Édern. Elle "
        "transporte quatre mille ouvrages, dont une moitié destinée aux élèves, et s'arrête chaque semaine près des "
        "écluses où les habitants l'attendent. L'idée vient d'une institutrice, Hélène Le Goff, qui regrettait que "
        "les villages n'aient plus de librairie."
    ),
    (
        "Le projet a coûté cent vingt mille euros, payés par la région et par une collecte publique. En trois mois, "
        "les prêts ont dépassé ceux de la médiathèque voisine. Les bénévoles espèrent que la péniche naviguera aussi "
        "pendant l'hiver, mais il faudra d'abord réparer son chauffage, qui a été installé à la hâte."
    ),
)

HEBREW_TITLE = "הספרייה שעל החוף"
HEBREW = (
    (
        "העירייה פתחה השבוע ספרייה קטנה על חוף הים. הספרייה פועלת בתוך מבנה ישן ששימש בעבר את המצילים, והיא פתוחה "
        "לכל התושבים בכל ימות השבוע. מנהלת הספרייה אמרה כי בחודש הראשון הגיעו אליה יותר מאלף קוראים, רובם ילדים ובני "
        "נוער."
    ),
    (
        "הרעיון נולד לפני שלוש שנים, כאשר קבוצה של מורים ביקשה מן העירייה מקום שקט לקריאה בקיץ. תושבים תרמו את "
        "הספרים, ומתנדבים בנו את המדפים מעץ ממוחזר. העירייה מתכננת לפתוח בשנה הבאה ספרייה נוספת ליד הנמל, אם יימצא "
        "התקציב הדרוש לכך."
    ),
)

ARABIC_TITLE = "حديقة جديدة في وسط المدينة"
ARABIC = (
    (
        "افتتحت المدينة هذا الأسبوع حديقة عامة جديدة في وسطها. تقع الحديقة في مكان محطة قطار قديمة بقيت مهجورة سنوات "
        "طويلة، وقد زرع فيها العمال نحو ثلاثة آلاف شجرة. قالت رئيسة البلدية إن الحديقة هدية لسكان الأحياء المجاورة "
        "الذين انتظروا هذا اليوم طويلا."
    ),
    (
        "بدأ العمل قبل أربع سنوات بعد أن طلب السكان مكانا آمنا للأطفال. تبرع المهندسون بوقتهم، وساعد طلاب الجامعة في "
        "رسم الممرات. سوف تفتح الحديقة أبوابها كل يوم من الصباح حتى المساء، والدخول إليها مجاني للجميع."
    ),
)

CHINESE_TITLE = "老城区的雨水花园"
CHINESE = (
    (
        "今年春天，市政府在老城区修建了十二座雨水花园。这些花园建在低洼的街角，下雨时可以储存雨水，晴天时则成为居民散步的地方。负责设计的工程师李文说，过去每逢大雨，附近的商店都会进水，现在这种情况已经减少了一半以上。"
    ),
    (
        "花园里种的都是本地植物，既能吸收雨水，又不需要经常浇灌。学校的学生每个星期来这里记录水位和植物的生长情况，并把数据交给大学的研究小组。市政府计划在未来三年内再修建三十座雨水花园，总费用约为四千万元。"
    ),
)

JAPANESE_TITLE = "廃校になった小学校の再利用"
JAPANESE = (
    (
        "山あいの町で、十年前に廃校になった小学校が新しい図書館として生まれ変わりました。町の人たちは二年をかけて教室の床を張り替え、寄付された本を棚に並べました。開館した日には、かつてこの学校に通った卒業生も大勢集まり、なつかしい校歌を歌いました。"
    ),
    (
        "図書館には小さな食堂もあり、地元の野菜を使った昼食を食べることができます。館長の森さんは、本を読むだけでなく、世代の違う人が話をする場所にしたいと話しています。町は来年、体育館を音楽会に使えるように改修する予定です。"
    ),
)

FOOTNOTES = (
    "The figures for the years before the war are estimates, since the archive of the waterworks burned down.",
    "One of the farms has appealed against the fine, and the court has not yet decided the case.",
)
REFERENCES = (
    "T. Eklund. Losses in municipal networks. Journal of Northern Hydraulics, 12(3):201-219, 2009.",
    "A. Berg and S. Nyman. Tariffs and trust in small towns. Water Policy Letters, 7(1):15-40, 2014.",
    "Council of Lind. Annual report of the waterworks. Lind, 2016.",
)
CAPTION = "Figure 1: Water lost between the reservoir and the tap, in percent of what left the reservoir."
ROWS = (("Year", "Leaks found", "Water lost"), ("2008", "38", "31 %"), ("2010", "412", "22 %"), ("2012", "97", "14 %"))
STEPS = (
    "listen at every hydrant and mark the place on the map of the network",
    (
        "replace the pipes in the order of what they lose, the largest first, whether or not anybody has complained "
        "about them in a letter"
    ),
    "publish the figures every month",
)
