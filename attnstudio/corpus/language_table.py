"""The languages by their codes and names: the one table that all readers of names look into.

A line has the code that is stored (ISO 639-1 where there is one), other codes of the same language
(ISO 639-2 and 639-3, former ones, those of FLORES and of Windows), and after a colon its names: in
English, in the language itself and in others that files are named in.
"""

LANGUAGES = """
aa aar: afar
ab abk: abkhazian
af afr: afrikaans
ak aka twi tw: akan, twi
am amh: amharic, አማርኛ
an arg: aragonese
ar ara arb: arabic, arabisch, arabe, árabe, arabo, арабский, arapça, العربية, عربي, عربية, 阿拉伯语, 阿拉伯文, アラビア語, 아랍어
arz: egyptian arabic
as asm: assamese
ast: asturian
av ava: avaric
awa: awadhi
ay aym ayr: aymara
az aze azj: azerbaijani, azərbaycan, aserbaidschanisch
ba bak: bashkir
be bel: belarusian, belarussisch, беларуская, белорусский
bg bul: bulgarian, bulgarisch, bulgare, búlgaro, български, болгарский, 保加利亚语
bh bih: bihari
bho: bhojpuri
bi bis: bislama
bm bam: bambara
bn ben: bengali, bangla, বাংলা, 孟加拉语
bo bod tib: tibetan, 藏语
bpy: bishnupriya
br bre: breton, brezhoneg
bs bos: bosnian, bosnisch, bosanski
ca cat: catalan, katalanisch, català, catalán
ce che: chechen
ceb: cebuano
ch cha: chamorro
ckb: sorani
co cos: corsican, corsu
cr cre: cree
crh: crimean tatar
cs ces cze csy: czech, tschechisch, tchèque, checo, ceco, tjeckiska, čeština, česky, český, чешский, czeski, çekçe, 捷克语, チェコ語
csb: kashubian
cu chu: church slavonic
cv chv: chuvash
cy cym wel: welsh, walisisch, gallois, cymraeg
da dan: danish, dänisch, danois, danés, danese, dansk, danska, датский, duński, 丹麦语
de deu ger gmn: german, deutsch, allemand, alemán, tedesco, alemão, duits, tysk, tyska, немецкий, німецька, niemiecki, německy, němčina, német, almanca, الألمانية, ألماني, 德语, 德文, ドイツ語, 독일어
dsb: lower sorbian
dv div: divehi
dz dzo: dzongkha
ee ewe: ewe
el ell gre: greek, griechisch, grec, griego, greco, grego, grieks, ελληνικά, греческий, yunanca, 希腊语
en eng enu: english, englisch, anglais, inglés, inglese, inglês, engels, engelsk, engelska, английский, англійська, angielski, anglicky, angličtina, angol, ingilizce, الإنجليزية, إنجليزي, انگلیسی, אנגלית, 英语, 英文, 英語, 영어, अंग्रेज़ी, tiếng anh
eo epo: esperanto
es spa esp esn: spanish, spanisch, espagnol, español, castellano, castilian, spagnolo, espanhol, spaans, spansk, spanska, испанский, hiszpański, španělsky, ispanyolca, الإسبانية, 西班牙语, 西班牙文, スペイン語, 스페인어
et est ekk: estonian, estnisch, estonien, eesti, эстонский
eu eus baq: basque, baskisch, euskara, vasco
fa fas per pes: persian, farsi, persisch, persan, persa, فارسی, персидский, 波斯语
ff ful fuv: fulah
fi fin: finnish, finnisch, finnois, finlandés, finlandese, suomi, finska, финский, 芬兰语
fil: filipino
fj fij: fijian
fo fao: faroese, føroyskt
fr fra fre: french, französisch, français, francés, francese, francês, frans, fransk, franska, французский, французька, francuski, francouzsky, fransızca, الفرنسية, 法语, 法文, フランス語, 프랑스어
frp: arpitan
fur: friulian
fy fry: frisian
ga gle: irish, irisch, gaeilge
gd gla: gaelic
gl glg: galician, galicisch, galego
gn grn: guarani
grc: ancient greek
gsw: alemannic
gu guj: gujarati, ગુજરાતી
gv glv: manx
ha hau: hausa
haw: hawaiian
he iw heb: hebrew, hebräisch, hébreu, hebreo, ebraico, иврит, עברית, 希伯来语, ヘブライ語
hi hin: hindi, हिन्दी, हिंदी, 印地语, ヒンディー語
ho hmo: hiri motu
hr hrv scr: croatian, kroatisch, croate, croata, hrvatski, хорватский
hsb: upper sorbian
ht hat: haitian
hu hun: hungarian, ungarisch, hongrois, húngaro, ungherese, magyar, венгерский, 匈牙利语
hy hye arm: armenian, armenisch, հայերեն
hz her: herero
ia ina: interlingua
id in ind: indonesian, indonesisch, indonésien, bahasa indonesia, indonesio, 印尼语, インドネシア語
ie ile: interlingue
ig ibo: igbo
ii iii: nuosu
ik ipk: inupiaq
ilo: ilocano
io ido: ido
is isl ice: icelandic, isländisch, islandais, íslenska
it ita: italian, italienisch, italien, italiano, italiaans, italiensk, italienska, итальянский, włoski, italsky, italyanca, الإيطالية, 意大利语, 意大利文, イタリア語, 이탈리아어
iu iku: inuktitut
ja jpn: japanese, japanisch, japonais, japonés, giapponese, japonês, японский, japoński, japonca, اليابانية, 日本語, 日语, 日文, 일본어
jv jav jw: javanese
ka kat geo: georgian, georgisch, ქართული
kab: kabyle
kg kon: kongo
ki kik: kikuyu
kj kua: kuanyama
kk kaz: kazakh, kasachisch, қазақ
kl kal: greenlandic
km khm: khmer, cambodian, ខ្មែរ
kn kan: kannada, ಕನ್ನಡ
ko kor: korean, koreanisch, coréen, coreano, корейский, koreański, korece, 한국어, 韩语, 韩文, 韓国語
kok: konkani
kr kau knc: kanuri
ks kas: kashmiri
ku kur kmr: kurdish, kurdisch, kurmanji, kurdî
kv kom: komi
kw cor: cornish
ky kir: kyrgyz, кыргызча
la lat: latin, lateinisch, latein
lad: ladino
lb ltz: luxembourgish, luxemburgisch, lëtzebuergesch
lg lug: ganda
li lim: limburgish
lij: ligurian
lmo: lombard
ln lin: lingala
lo lao: lao, ລາວ
lt lit: lithuanian, litauisch, lituanien, lietuvių, литовский
lu lub: luba
lv lav lvs: latvian, lettisch, letton, latviešu, латышский
mai: maithili
mg mlg plt: malagasy
mh mah: marshallese
mi mri mao: maori
mk mkd mac: macedonian, mazedonisch, македонски
ml mal: malayalam, മലയാളം
mn mon khk: mongolian, mongolisch, монгол
mni: manipuri
mr mar: marathi, मराठी
ms msa may zsm: malay, malaiisch, bahasa melayu, melayu, 马来语
mt mlt: maltese, maltesisch, malti
my mya bur: burmese, birmanisch, မြန်မာ
na nau: nauru
nah: nahuatl
nb nob: bokmål, norwegian bokmål
nd nde: northern ndebele
nds: low german, plattdeutsch, plattdüütsch
ne nep npi: nepali, नेपाली
ng ndo: ndonga
nl nld dut: dutch, niederländisch, néerlandais, neerlandés, holandés, olandese, nederlands, nederländska, голландский, нидерландский, niderlandzki, felemenkçe, 荷兰语, オランダ語, 네덜란드어
nn nno: nynorsk
no nor: norwegian, norwegisch, norvégien, noruego, norvegese, norsk, norska, норвежский, 挪威语
nr nbl: southern ndebele
nso: pedi
nv nav: navajo
ny nya: chichewa
oc oci: occitan
oj oji: ojibwe
om orm gaz: oromo
or ori ory: odia, oriya
os oss: ossetian
pa pan: punjabi, panjabi, ਪੰਜਾਬੀ
pap: papiamento
pi pli: pali
pl pol plk: polish, polnisch, polonais, polaco, polacco, polonês, pools, polsk, polska, polski, польский, польська, lehçe, 波兰语, ポーランド語, 폴란드어
pms: piedmontese
pnb: western punjabi
ps pus pbt: pashto, پښتو
pt por ptg ptb: portuguese, portugiesisch, portugais, portugués, portoghese, português, portugees, portugisiska, португальский, portugalski, portekizce, البرتغالية, 葡萄牙语, 葡萄牙文, ポルトガル語, 포르투갈어
qu que quy: quechua
rm roh: romansh, rätoromanisch
rn run: rundi
ro ron rum mo mol: romanian, rumänisch, roumain, rumano, rumeno, romeno, română, румынский, 罗马尼亚语
ru rus: russian, russisch, russe, ruso, russo, russisk, ryska, русский, російська, rosyjski, rusky, ruština, rusça, الروسية, 俄语, 俄文, ロシア語, 러시아어
rue: rusyn
rw kin: kinyarwanda
sa san: sanskrit
sah: yakut
sc srd: sardinian
scn: sicilian
sco: scots
sd snd: sindhi
se sme: sami
sg sag: sango
sh hbs: serbocroatian, serbo-croatian
shn: shan
si sin: sinhala
sk slk slo sky: slovak, slowakisch, slovaque, eslovaco, slovacco, slovenčina, словацкий
sl slv: slovenian, slowenisch, slovène, esloveno, sloveno, slovenščina, словенский
sm smo: samoan
sn sna: shona
so som: somali
sq sqi alb als: albanian, albanisch, albanais, shqip, албанский
sr srp scc: serbian, serbisch, serbe, serbio, serbo, srpski, српски, сербский
ss ssw: swati
st sot: sotho
su sun: sundanese
sv swe sve: swedish, schwedisch, suédois, sueco, svedese, zweeds, svensk, svenska, шведский, szwedzki, isveççe, 瑞典语, スウェーデン語
sw swa swh: swahili, suaheli, kiswahili
szl: silesian
ta tam: tamil, தமிழ்
te tel: telugu, తెలుగు
tg tgk: tajik, тоҷикӣ
th tha: thai, thailändisch, thaï, tailandés, ไทย, ภาษาไทย, 泰语, タイ語
ti tir: tigrinya
tk tuk: turkmen
tl tgl: tagalog
tn tsn: tswana
to ton: tongan
tpi: tok pisin
tr tur trk: turkish, türkisch, turc, turco, turks, tyrkisk, turkiska, турецкий, turecki, türkçe, التركية, 土耳其语, トルコ語, 터키어
ts tso: tsonga
tt tat: tatar, татар
ty tah: tahitian
tyv: tuvan
udm: udmurt
ug uig: uyghur, uighur, ئۇيغۇرچە
uk ukr: ukrainian, ukrainisch, ukrainien, ucraniano, ucraino, oekraïens, українська, украинский, ukraiński, ukraynaca, 乌克兰语, ウクライナ語
ur urd: urdu, اردو
uz uzb uzn: uzbek, usbekisch, oʻzbekcha, узбекский
ve ven: venda
vec: venetian
vi vie vit: vietnamese, vietnamesisch, vietnamien, vietnamita, tiếng việt, вьетнамский, 越南语, ベトナム語, 베트남어
vls: west flemish
vo vol: volapük
wa wln: walloon
war: waray
wo wol: wolof
xh xho: xhosa
yi ji yid ydd: yiddish, jiddisch, ייִדיש
yo yor: yoruba
yue: cantonese, kantonesisch, 粤语, 广东话, 廣東話
za zha: zhuang
zh zho chi cmn chs cht: chinese, mandarin, chinesisch, chinois, chino, cinese, chinês, chinees, kinesisk, kinesiska, китайский, chiński, čínsky, çince, الصينية, 中文, 汉语, 漢語, 中国語, 중국어, 简体中文, 繁體中文
zu zul: zulu
"""  # noqa: E501 - a table reads best with a language a line
