"""Verbs: English forms, participants, circumstances, German and Chinese."""

from __future__ import annotations

from attnstudio.corpus.samples.lexicon import (
    ChinesePattern,
    Frame,
    GermanVerb,
    Verb,
    VerbClass,
    read_table,
)

# English: base past participle -ing, then +particle (pick him up), =particle (look for him)
# or /preposition of the object
# frames: subject>recipient>object, alternatives divided by ;
# circumstances: class, at:places where it may happen, in:places it needs, to:where it leads,
# and adverbs of manner
# German: infinitive third past participle auxiliary particle object
# Chinese: verb pattern
_VERBS = """
read read read reading | people>text | action at:study,outdoor slowly quietly | lesen liest las gelesen h - acc | 读 plain
write wrote written writing | people>writing | action at:study quickly carefully | schreiben schreibt schrieb geschrieben h - acc | 写 plain
buy bought bought buying | people>goods,fruit | action at:shop,town | kaufen kauft kaufte gekauft h - acc | 买 plain
sell sold sold selling | people>goods | action | verkaufen verkauft verkaufte verkauft h - acc | 卖掉 ba
eat ate eaten eating | people>food;pet>feed | action at:dining quickly slowly | essen isst aß gegessen h - acc | 吃 plain
drink drank drunk drinking | people>drink | action at:dining | trinken trinkt trank getrunken h - acc | 喝 plain
cook cooked cooked cooking | people>cookable | action at:room | kochen kocht kochte gekocht h - acc | 煮 plain
bake baked baked baking | people>baked | action | backen backt backte gebacken h - acc | 烤 plain
see saw seen seeing | people>person,animal,vehicle | achievement at:town,outdoor | sehen sieht sah gesehen h - acc | 看见 plain
find found found finding | people>small,pet | achievement at:outdoor | finden findet fand gefunden h - acc | 找到 plain
look looked looked looking =for | people>small,pet,person | action at:outdoor,town | suchen sucht suchte gesucht h - acc | 找 plain
visit visited visited visiting | people>people | action | besuchen besucht besuchte besucht h - acc | 看望 plain
like liked liked liking | people>people,pet,text,image | state | mögen mag mochte gemocht h - acc | 喜欢 plain
know knew known knowing | people>person | state | kennen kennt kannte gekannt h - acc | 认识 plain
help helped helped helping | people>people | action at:room,shop | helfen hilft half geholfen h - dat | 帮助 plain
thank thanked thanked thanking | people>people | action | danken dankt dankte gedankt h - dat | 感谢 plain
wait waited waited waiting /for | people>people,awaited | action at:stop,goal | warten wartet wartete gewartet h - auf+acc | 等 plain
talk talked talked talking /with | people>people | action at:outdoor,room | sprechen spricht sprach gesprochen h - mit+dat | 聊_天 with
call called called calling | people>people | action | rufen ruft rief angerufen h an acc | 打_电话 to
invite invited invited inviting | people>people | action | laden lädt lud eingeladen h ein acc | 邀请 plain
pick picked picked picking +up | people>people | action at:stop | holen holt holte abgeholt h ab acc | 接 plain
open opened opened opening | people>closable | action slowly quietly carefully | machen macht machte aufgemacht h auf acc | 打开 ba
close closed closed closing | people>closable | action slowly quietly | machen macht machte zugemacht h zu acc | 关上 ba
turn turned turned turning +off | people>device | action | schalten schaltet schaltete ausgeschaltet h aus acc | 关掉 ba
throw threw thrown throwing +away | people>clothes,small,paper,dishes | action | werfen wirft warf weggeworfen h weg acc | 扔掉 ba
try tried tried trying +on | people>clothes | action | probieren probiert probierte anprobiert h an acc | 试穿 plain
tidy tidied tidied tidying +up | people>room | action quickly | räumen räumt räumte aufgeräumt h auf acc | 收拾好 ba
wash washed washed washing | people>dishes,clothes,laundry,vehicle | action carefully | waschen wäscht wusch gewaschen h - acc | 洗 plain
repair repaired repaired repairing | people>machine | action quickly | reparieren repariert reparierte repariert h - acc | 修好 ba
paint painted painted painting | people>plant,animal,image | action at:outdoor slowly | malen malt malte gemalt h - acc | 画 plain
lose lost lost losing | people>small | mishap | verlieren verliert verlor verloren h - acc | 弄丢 ba
borrow borrowed borrowed borrowing | people>loan | action | leihen leiht lieh ausgeliehen h aus acc | 借 plain
plant planted planted planting | people>plant | action at:green | pflanzen pflanzt pflanzte gepflanzt h - acc | 种 plain
feed fed fed feeding | people>animal | action at:green | füttern füttert fütterte gefüttert h - acc | 喂 plain
wear wore worn wearing | people>clothes | action | tragen trägt trug getragen h - acc | 穿 holding
hold held held holding | people>small,dishes | action | halten hält hielt gehalten h - acc | 拿 holding
give gave given giving | people>people>gift | action | geben gibt gab gegeben h - acc | 给 double
show showed shown showing | people>people>text,image,gift | action | zeigen zeigt zeigte gezeigt h - acc | 看 to
send sent sent sending | people>people>post | action | schicken schickt schickte geschickt h - acc | 寄 to
tell told told telling | people>people>tale | action | erzählen erzählt erzählte erzählt h - acc | 讲 to
sleep slept slept sleeping | people,animal> | action at:room,outdoor | schlafen schläft schlief geschlafen h - acc | 睡觉 plain
work worked worked working | people> | action at:work,room | arbeiten arbeitet arbeitete gearbeitet h - acc | 工作 plain
play played played playing | young,animal> | action at:outdoor,room happily quietly | spielen spielt spielte gespielt h - acc | 玩 plain
sing sang sung singing | people> | action at:outdoor,room happily quietly | singen singt sang gesungen h - acc | 唱_歌 plain
dance danced danced dancing | people> | action at:outdoor,room happily slowly | tanzen tanzt tanzte getanzt h - acc | 跳_舞 plain
laugh laughed laughed laughing | people> | achievement quietly happily | lachen lacht lachte gelacht h - acc | 笑 plain
get got got getting =up | people> | action quickly slowly | stehen steht stand aufgestanden s auf acc | 起床 plain
wake woke woken waking =up | people,animal> | achievement | wachen wacht wachte aufgewacht s auf acc | 醒来 plain
come came come coming =back | people,pet> | action | kommen kommt kam zurückgekommen s zurück acc | 回来 plain
arrive arrived arrived arriving | people> | achievement at:stop | kommen kommt kam angekommen s an acc | 到 plain
watch watched watched watching =television | people> | action at:room | sehen sieht sah ferngesehen h fern acc | 看_电视 plain
go went gone going =shopping | people> | action | kaufen kauft kaufte eingekauft h ein acc | 买_东西 plain
go went gone going | people> | action to:goal | gehen geht ging gegangen s - acc | 去 plain
drive drove driven driving | people> | action to:goal | fahren fährt fuhr gefahren s - acc | 开车_去 plain
live lived lived living | people> | state in:town | wohnen wohnt wohnte gewohnt h - acc | 住 staying
sit sat sat sitting | people,pet> | action in:seat,outdoor | sitzen sitzt saß gesessen h - acc | 坐 staying
stay stayed stayed staying | people> | action in:room,goal | bleiben bleibt blieb geblieben s - acc | 待 staying
rain rained rained raining | it> | weather | regnen regnet regnete geregnet h - acc | 下雨 plain
snow snowed snowed snowing | it> | weather | schneien schneit schneite geschneit h - acc | 下雪 plain
say said said saying | people> | clausal | sagen sagt sagte gesagt h - acc | 说 plain
think thought thought thinking | people> | clausal | glauben glaubt glaubte geglaubt h - acc | 觉得 plain
know knew known knowing | people> | clausal | wissen weiß wusste gewusst h - acc | 知道 plain
hope hoped hoped hoping | people> | clausal | hoffen hofft hoffte gehofft h - acc | 希望 plain
be - - - | people> | copula | sein ist war gewesen s - acc | 是 plain
"""  # noqa: E501  (one verb a line reads best)


def _verb(columns: list[list[str]]) -> Verb:
    english, (frames,), circumstances, german, (chinese, pattern) = columns
    mark = english[4] if len(english) > 4 else ""
    places = next((item for item in circumstances if ":" in item), ":")
    manners = tuple(item for item in circumstances[1:] if ":" not in item)
    particle = mark[1:] if mark[:1] in {"+", "="} else ""
    return Verb(
        name=f"{english[0]} {mark[1:]}".strip()
        + (" that" if circumstances[0] == "clausal" else ""),
        english=tuple(english[:4]),
        particle=particle,
        particle_moves=mark.startswith("+"),
        preposition=mark[1:] if mark.startswith("/") else "",
        kind=VerbClass(circumstances[0]),
        frames=tuple(map(_frame, frames.split(";"))),
        places=_kinds(places.partition(":")[2]),
        needs_place=places.startswith(("in:", "to:")),
        is_motion=places.startswith("to:"),
        manners=manners,
        german=_german(german),
        chinese=chinese,
        pattern=ChinesePattern(pattern),
    )


def _german(fields: list[str]) -> GermanVerb:
    infinitive, third, past, participle, auxiliary, particle, object_ = fields
    preposition, _, case = object_.rpartition("+")
    return GermanVerb(
        infinitive, third, past, participle, auxiliary == "s", particle, preposition, case
    )


def _frame(text: str) -> Frame:
    subject, *recipient, object_ = text.split(">")
    return Frame(_kinds(subject), _kinds(*recipient), _kinds(object_))


def _kinds(text: str = "") -> frozenset[str]:
    kinds = frozenset(filter(None, text.split(",")))
    return kinds - {"people"} | {"person", "kin"} if "people" in kinds else kinds


VERBS = read_table(_VERBS, _verb)
BE = VERBS[-1]
