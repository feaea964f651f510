"""Adjectives, adverbs, phrases of time and numbers."""

from __future__ import annotations

from attnstudio.corpus.samples.lexicon import Adjective, Adverbial, read_table

# English, comparative | before nouns of | predicate of | German, stem, comparative | Chinese
_ADJECTIVES = """
new - | text clothes laundry vehicle furniture machine small dishes | - | neu neu - | 新 新
old - | text clothes laundry vehicle furniture machine small dishes | - | alt alt - | 旧 旧
big bigger | animal furniture load plant | animal load plant | groß groß größer | 大 大
small smaller | animal furniture load fruit | animal load fruit | klein klein kleiner | 小 小
red - | clothes vehicle small plant furniture | - | rot rot - | 红色_的 -
blue - | clothes vehicle small furniture dishes | - | blau blau - | 蓝色_的 -
white - | clothes vehicle pet furniture dishes | - | weiß weiß - | 白色_的 -
green - | clothes vehicle furniture dishes | - | grün grün - | 绿色_的 -
black - | clothes vehicle animal load | - | schwarz schwarz - | 黑色_的 -
beautiful - | pretty animal | pretty | schön schön - | 漂亮_的 漂亮
cheap cheaper | clothes dishes machine | goods | billig billig billiger | 便宜_的 便宜
expensive more_expensive | clothes machine furniture | goods | teuer teur teurer | 昂贵_的 贵
heavy heavier | - | load furniture | schwer schwer schwerer | - 重
young younger | person | person kin | jung jung jünger | 年轻_的 年轻
clever - | person | person kin pet | klug klug - | 聪明_的 聪明
friendly - | person | person kin | freundlich freundlich - | 友好_的 友好
famous - | star | star | berühmt berühmt - | 有名_的 有名
tired - | - | person kin animal | müde müd - | - 累
hungry - | - | person kin animal | hungrig hungrig - | - 饿
happy - | - | person kin | glücklich glücklich - | - 高兴
sad - | - | person kin | traurig traurig - | - 难过
hot - | hot | hot | heiß heiß - | 热 热
cold - | cold | cold | kalt kalt - | 冰 凉
fresh - | fresh | fresh | frisch frisch - | 新鲜_的 新鲜
fast faster | - | vehicle fast | schnell schnell schneller | - 快
sweet sweeter | sweet fruit | sweet fruit | süß süß süßer | 甜 甜
long longer | lengthy | lengthy | lang lang länger | 长 长
interesting - | text | text | interessant interessant - | 有趣_的 有趣
"""

_MANNERS = """
slowly | langsam | 慢慢地
quickly | schnell | 很快地
quietly | leise | 轻轻地
happily | fröhlich | 高兴地
carefully | vorsichtig | 小心地
"""

_FREQUENCIES = """
often | oft | 经常
always | immer | 总是
sometimes | manchmal | 有时候
"""

_TIMES_NOW = """
every_day | jeden_Tag | 每天
every_morning | jeden_Morgen | 每天_早上
every_week | jede_Woche | 每个_星期
"""

_TIMES_PAST = """
yesterday | gestern | 昨天
last_week | letzte_Woche | 上个_星期
last_Monday | letzten_Montag | 上个_星期一
this_morning | heute_Morgen | 今天_早上
"""

_TIMES_TO_COME = """
tomorrow | morgen | 明天
next_week | nächste_Woche | 下个_星期
this_evening | heute_Abend | 今天_晚上
today | heute | 今天
"""

_NUMBERS = """
two | zwei | 两
three | drei | 三
four | vier | 四
five | fünf | 五
"""


def _adjective(columns: list[list[str]]) -> Adjective:
    (english, comparative), before, predicate, german, chinese = columns
    return Adjective(
        english,
        comparative,
        frozenset(filter(None, before)),
        frozenset(filter(None, predicate)),
        *german,
        *chinese,
    )


def _adverbial(columns: list[list[str]]) -> Adverbial:
    return Adverbial(*(field for column in columns for field in column))


ADJECTIVES = read_table(_ADJECTIVES, _adjective)
MANNERS = read_table(_MANNERS, _adverbial)
FREQUENCIES = read_table(_FREQUENCIES, _adverbial)
TIMES_NOW = read_table(_TIMES_NOW, _adverbial)
TIMES_PAST = read_table(_TIMES_PAST, _adverbial)
TIMES_TO_COME = read_table(_TIMES_TO_COME, _adverbial)
NUMBERS = read_table(_NUMBERS, _adverbial)
ALREADY = Adverbial("already", "schon", "已经")
BEFORE = Adverbial("before", "früher", "以前")
