"""Function words per language: for telling languages apart and for leaving them out of topics.

``STOP_WORDS`` has about a hundred for each language a digest can be written in; ``MORE_WORDS`` has the commonest two dozen
of other languages, so that a text in one of them is not taken for its neighbour. Compiled for this project from grammars;
all lower-case.
"""

from __future__ import annotations

STOP_WORDS: dict[str, str] = {
    "en": """a about above after again against all also although am an and any are as at be because been before being
        below between both but by can cannot could did do does doing down during each even few for from further get
        got had has have having he her here hers herself him himself his how however i if in into is it its itself
        just like made make many may me might more most much must my myself no nor not now of off on once one only
        or other our ours ourselves out over own per rather said same say says shall she should since so some still
        such than that the their theirs them themselves then there these they this those through thus to too two
        under until up upon us very via was we were what when where whether which while who whom whose why will with
        within without would yet you your yours yourself""",
    "es": """a al algo algunas algunos ante antes aquel aquella así aunque bajo bien cada casi como con contra cual
        cuales cualquier cuando cuanto de del desde donde dos durante e el él ella ellas ellos en entre era eran es
        esa esas ese eso esos esta está estaba están estas este esto estos fue fueron ha había han hasta hay hace la
        las le les lo los luego más me mi mientras mis mismo misma mucho muchos muy nada ni no nos nosotros o os
        otra otras otro otros para pero poco por porque pues que qué quien quienes se sea según ser será si sí sido
        siempre sin sino sobre solo son su sus también tan tanto te tenía tiene tienen toda todas todo todos tras tu
        tus un una unas uno unos usted y ya yo""",
    "fr": """a ai ainsi alors après au aucun aucune aussi autre autres aux avaient avait avant avec avoir bien c car ce
        ceci cela celle celles celui ces cet cette ceux chaque chez comme comment contre d dans de depuis des deux
        dont donc du elle elles en encore entre est et étaient était été être eu eux fait fut il ils j je l la le
        les leur leurs lors lui m ma mais me même mêmes mes moi moins mon n ne ni non nos notre nous on ont ou où
        par parce pas peu peut plus plusieurs pour pourquoi qu quand que quel quelle quelles quels qui quoi s sa
        sans se selon sera ses si son sont sous sur t ta te tous tout toute toutes très tu un une vers vos votre
        vous y""",
    "de": """ab aber alle allem allen aller alles als also am an andere anderen auch auf aus bei beim bereits bis bin
        bist da dabei dadurch dafür damit dann daran darauf daraus darin das dass daß davon dazu dein dem den denen
        denn der deren des dessen deshalb die dies diese diesem diesen dieser dieses doch dort du durch ein eine
        einem einen einer eines er es etwa etwas euch für gegen hat hatte hatten haben hier hinter ich ihm ihn ihnen
        ihr ihre ihrem ihren ihrer im in ins ist ja jede jedem jeden jeder jedoch jetzt kann kein keine keinen
        können mehr mein mit muss müssen nach nicht nichts noch nun nur ob oder ohne sehr sein seine seinem seinen
        seiner seit sich sie sind so sollen sondern sowie über um und uns unser unter vom von vor während war waren
        warum was weil weiter welche wenn wer werden wie wieder will wir wird wo wurde wurden zu zum zur zwar
        zwischen""",
    "it": """a abbia ad agli ai al alcuni alla alle allo anche ancora aveva avevano ben c che chi ci ciò circa col come
        con contro cosa così cui d da dagli dai dal dalla dalle dallo degli dei del della delle dello dentro di dopo
        dove due durante e è ed era erano essere fa fino fra fu furono gli ha hanno ho i il in invece io l la le lei
        li lo loro ma me mentre mi mia mio molto ne negli nei nel nella nelle nello noi non nostra nostro o od ogni
        oltre per perché però più poi presso prima qual quale quali quando quanto quella quelle quelli quello questa
        queste questi questo qui se sé secondo sempre senza si sia sono sopra sotto stata stati stato su sua sue
        sugli sui sul sulla sulle suo suoi tra tutta tutte tutti tutto un una uno verso vi voi""",
    "pt": """a à ainda além algo alguns algumas ante antes ao aos apenas após aquela aquele as às até cada com como
        contra cujo da das de dela dele deles depois desde dessa desse desta deste do dois dos durante e é ela elas
        ele eles em embora entre era eram essa essas esse esses esta está estão estas estava este estes eu foi foram
        há isso isto já lhe lhes mais mas me menos mesmo meu minha muito muitos na nas não nem nenhum nessa nesse
        nesta neste no nos nós nossa nosso num numa o onde os ou outra outras outro outros para pela pelas pelo
        pelos pois por porque pouco quais qual quando quanto que quem se seja sem sempre ser será seu seus si sido
        só sob sobre sua suas também tão tem têm tinha toda todas todo todos tu um uma umas uns você vocês""",
    "nl": """aan af al alle alleen als altijd andere ben bij daar daarna dan dat de deze die dit doch doen door dus een
        één eens en enkele er ging geen geweest haar had hadden heb hebben heeft hem hen het hier hij hoe hun iemand
        iets ik in is ja je jij jou jullie kan kon kunnen maar me meer men met mij mijn moet moeten na naar net niet
        niets nog nu of om omdat onder ons ook op over sinds te tegen ten tijdens toch toen tot tussen uit uw van
        veel voor waar waarom wanneer want waren was wat we wel welke werd werden wie wij wil worden wordt zal ze
        zei zelf zelfs zich zij zijn zo zoals zonder zou zouden""",
    "pl": """a aby ale ani aż bardzo bez bo by być był była było były byli ci co coś czy czyli dla do dlaczego dwa gdy
        gdzie go i ich ile im inne innych iż ja jak jako je jednak jego jej jemu jest jeszcze jeśli już każdy kiedy
        kto która które którego której który których którzy lecz lub ma mają mi mimo między mnie może można my na
        nad nam nas nasz nawet nich nie niego niej nim niż o od on ona one oni ono oraz pan po pod ponieważ poza
        przed przez przy raz również są się sobie swoje swój ta tak także tam te tego tej ten też to tu tych tylko
        tym u w we według wiele wszystko wszystkie z za zawsze ze że żeby został została""",
    "ru": """а без более был была были было быть в вам вас ведь весь во вот все всего всех вы где да даже для до его ее
        её если есть еще ещё же за здесь и из или им их к как какая какой ко когда которая которого которое которой
        которые который которых кто ли лишь меня между мне много может можно мой мы на над надо нам нас наш не него
        нее нет ни них но ну о об однако он она они оно от очень по под после потом потому почему при про с сам свои
        своей своего себя сейчас со так также такие такой там те тем теперь то того тоже только том тот ты у уже
        хотя чего чем через что чтобы эта эти это этого этой этом этот я является""",
    "zh": """的 了 是 在 和 与 與 及 或 但 而 也 都 就 不 没 沒 有 没有 我 你 他 她 它 我们 他们 她们 它们
        这 那 这个 那个 这些 那些 這 這個 一个 一 个 之 以 于 於 对 對 为 為 从 從 到 由 被 把 将 將
        会 會 能 可 可以 要 还 還 并 並 并且 如果 因为 因為 所以 但是 而且 虽然 等 等等 其 其中 上 下 中
        里 后 後 前 时 時 年 月 日 说 說 表示 通过 进行 已经 已 自己 什么 怎么 如何 很 更 最 又 再 则
        則 向 着 著 过 過 地 得""",
    "ja": """の に は を た が で て と し れ さ ある いる も する から な こと として い や れる など なっ
        ない この ため その あっ よう また もの という あり まで られ なる へ か だ これ によって により おり
        より による ず なり られる において ば なかっ なく しかし について せ だっ その後 できる それ う ので
        なお のみ でき き つ における および いう さらに でも ら たり その他 に関する たち ます ん なら
        に対して です ました でした まし ません それぞれ そして それで これら あの どの""",
    "ko": """이 그 저 것 수 등 및 또는 그리고 그러나 하지만 그래서 따라서 때문에 위해 위한 대한 대해 대해서 의해
        통해 있는 있다 있었다 있습니다 없다 없는 하는 한다 했다 했습니다 하고 하며 하여 합니다 된 되는 된다
        됐다 되었다 이다 입니다 였다 이라고 라고 이는 그는 그녀는 그들은 나는 우리는 우리 이런 그런 이러한 어떤
        모든 더 가장 매우 아주 또 또한 다시 이미 아직 지금 오늘 함께 같은 같이 다른 여러 많은 한 두 후 전
        중 때 동안 이후 이전 현재 약 매 각 즉 만약 왜 무엇 어떻게 누가 어디 언제""",
    "ar": """في من على إلى الى عن مع أن ان إن هذا هذه ذلك تلك التي الذي الذين اللذين ما لا لم لن هو هي هم هن نحن أنا أنت
        كان كانت كانوا يكون تكون قد لقد كل بعض غير بين بعد قبل عند عندما حيث كما أو او ثم بل لكن ولكن حتى منذ خلال
        حول ضد تحت فوق أي أيضا كذلك إذا اذا لو لأن لذلك هناك هنا به بها له لها لهم فيه فيها منه منها عليه عليها إليه
        وهو وهي وفي ومن وقد كيف لماذا متى أين ماذا ليس ليست سوف جدا فقط نفس أكثر اليوم يوم وكان وأن عام مثل""",
    "hi": """का के की को में से ने पर है हैं था थे थी और या कि यह वह ये वे इस उस इन उन इसके उसके इसकी उसकी इसका उसका इसे
        उसे एक भी ही तो तक लिए साथ बाद पहले जो जिस जिसे जिसके जब तब कब क्या क्यों कैसे कौन कहाँ जहां यहां वहां अब
        कुछ सब सभी कई बहुत अधिक कम नहीं न मत मैं हम तुम आप मेरा हमारा अपने अपनी अपना कर करने करना किया किए करते करता
        करती हो होने होता होती होते हुआ हुई हुए गया गई गए रहा रही रहे जा जाता जाती सकता सकते सकती दिया लेकिन परंतु
        अगर यदि क्योंकि द्वारा वाले वाली वाला तथा एवं बारे""",
}

MORE_WORDS: dict[str, str] = {
    "sv": """och att det som en på är av för med till den har de inte om ett han men var jag sig från vi så kan när år
        hon under också efter""",
    "da": """og at det som en på er af for med til den har de ikke om et han men var jeg sig fra vi så kan når år hun
        efter også blev hvor af hvad nogle deres mellem skal være meget mig dig ved eller kun nogen hvis ud op""",
    "nb": """og at det som en på er av for med til den har de ikke om et han men var jeg seg fra vi så kan når år hun
        etter også ble hvor av hva noen deres mellom skal være mye meg deg ved eller bare hvis ut opp""",
    "fi": """ja on ei se että oli hän joka mutta kun myös ovat niin sen olla kuin mukaan jos hänen vain tai mitä ne sitä
        joka vielä ole tämä täytyy voi joka onko tässä näitä""",
    "cs": """a se na je že v s z do to i o k ve pro za by ale jako jsou jeho které který si od byl po také nebo až být
        podle však při""",
    "sk": """a sa na je že v s z do to i o k vo pre za by ale ako sú jeho ktoré ktorý si od bol po aj alebo až byť podľa
        však pri musí nie je byť prosím môže iba alebo tento""",
    "sl": """in je se na da v so za z ki pa tudi ne po bi s od o kot ali ta ni še bo bil kar pri iz do lahko mora prosimo
        vnesite mora biti niso samo lahko med ali če""",
    "hr": """i je se na da u su za s od o kao ne koji što to a koje koja bio iz do po bi ili ali nije sa još samo nakon
        mora molimo kako samo biti više između nisu ako""",
    "ro": """și de a în la cu pe că din nu o este mai pentru un care au fost s-a sau dar prin lui după ca sunt al fi le
        se""",
    "hu": "a az és hogy nem is egy ez meg de volt csak ha már el mint van aki azt még vagy után szerint lesz amely ezt",
    "tr": """ve bir bu da de için ile çok olarak olan daha ne gibi ama en kadar sonra o var ise her değil olduğu
        tarafından ki""",
    "id": """yang dan di dengan untuk dari pada dalam tidak ini itu adalah akan oleh ke juga telah karena sebagai mereka
        bisa ada saya kami""",
    "vi": "và của là có trong được cho không các một những với người này đã để từ khi đến về ra như cũng năm tại nhiều",
    "ca": """de la i el que a en els les per un una és amb del no al dels va ser han més com aquest aquesta són però seva
        també ha l d ha heu està pot cal fer ni qualsevol aquesta""",
    "gl": """de e a o que en do da os as un unha con por para non se é dos das no na ao foi como máis pola polo súa seu
        tamén esta unha ti máis nin cando onde hai outros estes ser fose poden debe só cun coa coas""",
    "eu": "eta da ez bat du dira zen ere baina egin izan dute bere hori honek baino arte dela egiten beste edo",
    "et": """ja on ei et see ta oli mis kui ka aga oma nii siis kes seda või olid selle pärast tema välja veel kuid peab
        ole ning palun kõik võib saab selle""",
    "lv": "un ir no ar par uz ka tas kas bet lai kā arī gan nav pēc viņš tika šo to vai tiek",
    "lt": "ir yra kad iš į su buvo ne bet tai kaip už jo apie nuo taip pat kuris jis iki po dar tik jei",
    "sq": "dhe të në e i për me që nga një është më se si ka u nuk do por janë ky kjo",
    "sw": "ya na wa kwa ni katika la za kuwa cha hiyo hii huo watu wake lakini pia kama hakuna alisema yake baada",
    "tl": "ang ng sa na mga ay at ni si para hindi ito kung may siya nang pero mula kay din rin",
    "af": """die en van in is het dat nie te op vir met hy wat sy om aan was as hulle deur ek ook maar kan sal na nie
        moet hierdie daar word geen jou ons hul tot nog baie slegs wees""",
    "uk": "і в на що не з та до у як за це по він від про але його для є або був вони також її який було щоб при",
    "bg": "и на да се в от за е с не по че са като ще до си това но той беше или което има към при след",
    "sr": "и је се на да у су за са од о као не који што то а које која био из до по би или али није још само",
    "mk": """и на да се во од за е со не дека се како ќе до ги тоа но тој беше или што има кон при по не може треба само
        ова овој е нема мора да сте""",
    "be": "і ў на што не з да у як за гэта па ён ад пра але яго для або быў яны таксама",
    "kk": "және мен бұл да де үшін бір деп болып осы бар ол емес еді қазақстан туралы",
    "el": "και το να του η της με που την από για ο τον είναι στο θα των σε οι στην τα δεν τη ότι",
    "fa": "و در به از که این را با است برای آن یک خود تا کرد بر هم نیز گفت شد های می بود",
    "ur": "کے کی میں ہے اور سے کا کو اس نے پر کہ یہ ہیں تھا بھی نہیں ایک کر وہ گیا",
    "mr": "आणि आहे या व हे ते तो ती होते होता आहेत नाही मध्ये त्या असे केले यांनी करण्यात",
    "ne": "र छ को मा यो पनि गर्न छन् भएको गरेको हो थियो लागि बाट भने तपाईं यस छैन गर्नुहोस् हुनु",
    "he": "של את על לא הוא היא זה עם כי גם אני אבל או יש אם כל היה בין יותר",
    "yi": "און די דער איז אין צו פֿון מיט ניט ער זיי האט",
}
