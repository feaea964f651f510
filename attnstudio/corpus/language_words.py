"""The smallest words of the larger languages, by which texts in the same letters are told apart."""

_LINES = """
af: die het van en is nie dit in wat vir aan met hy sy het ek om te was sal ons hulle ook maar
az: və bu bir ilə üçün də ki nə mən var daha çox olan kimi sonra isə hər deyil idi
bs: je i u da se na su za od koji nije s to bio ali kao što će ili šta smo
ca: el la els les de que i en un una és per amb no es del va al seu més són
cs: a se v na je že to s z do o i za by pro jako jsem ale tak co jsou není byl která
cy: y yr yn a i o ar mae ei ac am gan oedd bod hyn wedi gyda ni
da: og at det er en på til af for med ikke der jeg som de han et har var vi hvad også blev meget kun
de: der die und das ist nicht ein eine zu den mit sich auf für von dem im er sie es wir ich sind
en: the of and to in is that for it was on are with as he be at by this have not she you they
es: el la los de que y en un una es por con no las se del para su al lo está pero más
et: ja on ei et ta see oli kui ma mis aga oma ka siis tema selle nii mida kes ole
eu: eta da du ez zen bat dira izan ere egin baina bere dute zuen hori
fi: ja on ei se että oli hän en mutta ole kun niin kuin nyt mitä tämä joka minä sinä myös ovat
fr: le la les de et est un une des du que pas dans pour qui sur il elle ne au je vous nous
ga: an na agus ar is go ag le bhí tá sé do ní san leis
gl: o a os as de que e en un unha do da non por para con é máis como pero
hr: je i u da se na su za od koji nije s to bio ali kao što će ili smo tko
hu: a az és hogy nem is egy van meg de ez ha volt csak mint még már vagy azt én
id: yang dan di ini itu dengan untuk tidak dari dalam akan pada saya adalah ke juga kami ada
is: og að er í ekki það sem á við var um en hann ég þú fyrir með til hún eru
it: il di che la e un una per non in del con sono della i le si gli è da ho mi
la: et in est non ad ut cum qui quod sed ex esse sunt eius
lt: ir yra kad tai į iš ne su bet kaip jis aš buvo ar apie tik jo dar šis
lv: un ir ka tas no ar uz es viņš bija nav bet kā par to šis kas lai arī tikai
ms: yang dan di ini itu dengan untuk tidak dari dalam akan pada saya adalah ke boleh ialah kepada
mt: li il u fil dan ta ma biex minn kien jew din hija mhux għal
nl: de het een van en in is dat op te niet zijn voor met die aan er om hij ik je wij naar
no: og å det er en på til av for med ikke som jeg de han et har var vi hva også ble mye noe bare
pl: i w nie na się z do to że jest jak o ale po co tak za od by przez są był
pt: o a de que e do da em um uma para não com os no na se é por as ele você mais
ro: și de în la cu nu o un este că pe din care mai pentru sunt să al ce era eu
sk: a sa v na je že to s z do o aj za by pre ako som ale tak čo sú nie bol ktorá
sl: je in v na da se za so ki ne s pa to bil ali kot po od sem tudi bi kaj
sq: dhe të në një e i për me që nuk është nga ka u si më do por
sv: och att det som en på är av för med den till inte har de ett om jag var han vi kan
sw: na ya wa kwa ni katika la za kuwa hii yake huyo lakini si
tl: ang ng sa na mga ay at ko siya niya hindi ito ako para si mo
tr: ve bir bu da de için ile çok ne o ben gibi var daha değil mi olarak kadar olan sonra
vi: và của là không có một được cho trong với này các người những đã tôi để khi
be: і у не на што я з гэта ён як але да за па быў яго гэты ад ці таксама
bg: и на да се в за не от е с че като то по са беше той но са това тя
kk: және бұл бір мен үшін емес ол деп бар болды осы сол керек
mk: и на да се во за не од е со што тоа ќе ги како беше тој но сум оваа
mn: нь энэ юм байна бол тэр гэж би болон байсан
ru: и в не на что я с он как это по но из у за вы так же от был она мы его её
sr: је и у да се на су за од који није с то био али као што ће или смо
tg: ва дар ба аз ки ин ман он аст буд бо
uk: і в не на що я з він як це та але до за від у був вона ми його її чи
ar: في من على أن إلى هذا عن التي الذي لا ما هو هي مع كان هذه ذلك قد لم
ckb: لە بە و بۆ کە ئەم لەگەڵ بوو دەکات ئەوە من نییە
fa: و در به از که این را با است آن برای یک خود تا بر هم نیست بود شد می
ps: د په او چې دا له ته یې کې نه سره دي
ug: بىلەن بۇ ۋە بىر ئۇ ھەم ئۈچۈن
ur: کے میں کی ہے کا اور سے کو نے ہیں پر اس یہ نہیں کہ تھا ایک
hi: के में की है का और से को ने हैं पर इस यह नहीं कि था एक हो
mr: आहे आणि या ते हे मी तो नाही की आहेत होते त्या
ne: छ र को मा हो यो छन् का ले लाई गर्न थियो पनि
he: של את לא על הוא זה עם היא אני כי גם אל יש
yi: און די איז דער פון אין צו א ניט איך
"""

SMALL_WORDS = {
    code: frozenset(words.split())
    for code, _, words in (line.partition(":") for line in _LINES.strip().split("\n"))
}
