"""Nouns and containers: English, kinds, German, Chinese and, for places, prepositions."""

from __future__ import annotations

from attnstudio.corpus.samples.lexicon import Container, Noun, Setting, read_table

_NOUNS = """
teacher teachers | near person job | m Lehrer Lehrer | 老师 位
doctor doctors | near person job | m Arzt Ärzte | 医生 位
student students | person job | mw Student Studenten | 学生 个
farmer farmers | person job | mw Bauer Bauern | 农民 个
cook cooks | person job | m Koch Köche | 厨师 位
painter painters | person job star | m Maler Maler | 画家 位
singer singers | person job star | m Sänger Sänger | 歌手 位
nurse nurses | person female | f Krankenschwester Krankenschwestern | 护士 位
woman women | person anyone female | f Frau Frauen | 女人 个
man men | person anyone | m Mann Männer | 男人 个
boy boys | person anyone young | mw Junge Jungen | 男孩 个
girl girls | person anyone young female | n Mädchen Mädchen | 女孩 个
child children | person young | n Kind Kinder | 孩子 个
neighbor neighbors | near person | mw Nachbar Nachbarn | 邻居 个
friend friends | near person | m Freund Freunde | 朋友 个
guest guests | near person | m Gast Gäste | 客人 位
bus_driver bus_drivers | person | m Busfahrer Busfahrer | 公交车_司机 位
music_teacher music_teachers | near person | m Musiklehrer Musiklehrer | 音乐_老师 位
mother mothers | kin female | f Mutter Mütter | 妈妈 个
father fathers | kin male | m Vater Väter | 爸爸 个
brother brothers | kin male | m Bruder Brüder | 哥哥 个
sister sisters | kin female | f Schwester Schwestern | 姐姐 个
grandmother grandmothers | kin female | f Großmutter Großmütter | 奶奶 个
grandfather grandfathers | kin male | m Großvater Großväter | 爷爷 个
uncle uncles | kin male | m Onkel Onkel | 叔叔 个
dog dogs | animal pet | m Hund Hunde | 狗 只
cat cats | animal pet | f Katze Katzen | 猫 只
horse horses | animal | n Pferd Pferde | 马 匹
bird birds | animal pet | m Vogel Vögel | 鸟 只
rabbit rabbits | animal | n Kaninchen Kaninchen | 兔子 只
apple apples | food fruit feed fresh | m Apfel Äpfel | 苹果 个
banana bananas | food fruit feed | f Banane Bananen | 香蕉 根
egg eggs | food cookable | n Ei Eier | 鸡蛋 个
cake cakes | food baked sweet | m Kuchen Kuchen | 蛋糕 个
chocolate_cake chocolate_cakes | food baked sweet | m Schokoladenkuchen Schokoladenkuchen | 巧克力_蛋糕 个
bread - | food baked feed fresh | n Brot Brote | 面包 个
fish - | food cookable fresh | m Fisch - | 鱼 条
soup - | food cookable hot | f Suppe Suppen | 汤 碗
tomato_soup - | food cookable hot | f Tomatensuppe Tomatensuppen | 番茄_汤 碗
milk - | drink cold | f Milch - | 牛奶 杯
water - | drink cold | n Wasser - | 水 杯
wine - | drink cold | m Wein - | 葡萄酒 瓶
tea - | drink hot | m Tee - | 茶 杯
coffee - | drink hot | m Kaffee - | 咖啡 杯
beer - | drink cold | n Bier - | 啤酒 瓶
apple_juice - | drink cold | m Apfelsaft - | 苹果_汁 杯
book books | paper text goods loan gift small | n Buch Bücher | 书 本
newspaper newspapers | paper text | f Zeitung Zeitungen | 报纸 份
letter letters | paper lengthy text writing post | m Brief Briefe | 信 封
story stories | lengthy text writing tale | f Geschichte Geschichten | 故事 个
poem poems | lengthy text writing | n Gedicht Gedichte | 诗 首
picture_book picture_books | text goods loan gift | n Bilderbuch Bilderbücher | 图画_书 本
coat coats | clothes goods | m Mantel Mäntel | 大衣 件
winter_coat winter_coats | clothes goods | m Wintermantel Wintermäntel | 冬_大衣 件
ring rings | goods gift | m Ring Ringe | 戒指 枚
shirt shirts | clothes goods | n Hemd Hemden | 衬衫 件
dress dresses | laundry goods pretty | n Kleid Kleider | 裙子 条
hat hats | laundry goods | m Hut Hüte | 帽子 顶
sweater sweaters | clothes goods | m Pullover Pullover | 毛衣 件
shoe shoes | clothes goods pair | m Schuh Schuhe | 鞋 双
car cars | vehicle goods machine | n Auto Autos | 车 辆
bicycle bicycles | vehicle goods machine loan | n Fahrrad Fahrräder | 自行车 辆
bus buses | awaited fast | m Bus Busse | 公交车 辆
train trains | awaited fast | m Zug Züge | 火车 列
table tables | near goods furniture surface | m Tisch Tische | 桌子 张 | on auf auf 上
kitchen_table kitchen_tables | near goods furniture surface | m Küchentisch Küchentische | 餐桌 张 | on auf auf 上
chair chairs | near goods furniture surface seat | m Stuhl Stühle | 椅子 把 | on auf auf 上
lamp lamps | goods machine device | f Lampe Lampen | 灯 盏
computer computers | goods machine device | m Computer Computer | 电脑 台
phone phones | goods machine device small | n Handy Handys | 手机 部
camera cameras | goods machine small loan | f Kamera Kameras | 相机 台
clock clocks | goods machine | f Uhr Uhren | 钟 个
knife knives | dishes goods | n Messer Messer | 刀 把
cup cups | dishes goods | f Tasse Tassen | 杯子 个
plate plates | dishes goods | m Teller Teller | 盘子 个
key keys | small | m Schlüssel Schlüssel | 钥匙 把
car_key car_keys | small | m Autoschlüssel Autoschlüssel | 车_钥匙 把
umbrella umbrellas | small goods loan | m Regenschirm Regenschirme | 雨伞 把
bag bags | small goods closable load | f Tasche Taschen | 包 个
box boxes | closable load | f Kiste Kisten | 箱子 个
ball balls | small goods gift | m Ball Bälle | 球 个
picture pictures | paper image goods gift post pretty | n Bild Bilder | 画 幅
door doors | closable | f Tür Türen | 门 扇
window windows | closable | n Fenster Fenster | 窗户 扇
flower flowers | plant goods gift pretty | f Blume Blumen | 花 朵
rose roses | plant goods gift pretty | f Rose Rosen | 玫瑰 朵
tree trees | plant | m Baum Bäume | 树 棵
apple_tree apple_trees | plant | m Apfelbaum Apfelbäume | 苹果_树 棵
house houses | near room | n Haus Häuser | 房子 座 | in in in 里
garden gardens | near outdoor green dining | m Garten Gärten | 花园 个 | in in in 里
kitchen kitchens | near room dining | f Küche Küchen | 厨房 个 | in in in 里
room rooms | near room study | n Zimmer Zimmer | 房间 个 | in in in 里
living_room living_rooms | near room dining | n Wohnzimmer Wohnzimmer | 客厅 个 | in in in 里
office offices | near room study work goal | n Büro Büros | 办公室 个 | in in in 里
school schools | near study work goal | f Schule Schulen | 学校 个 | at in in 里
library libraries | study work goal | f Bibliothek Bibliotheken | 图书馆 个 | in in in 里
hospital hospitals | work goal | n Krankenhaus Krankenhäuser | 医院 个 | in in in 里
restaurant restaurants | work dining goal | n Restaurant Restaurants | 饭馆 个 | in in in 里
museum museums | study work goal | n Museum Museen | 博物馆 个 | in in in 里
park parks | outdoor green goal | m Park Parks | 公园 个 | in in in 里
forest forests | outdoor goal | m Wald Wälder | 森林 个 | in in in 里
beach beaches | outdoor goal | m Strand Strände | 海滩 个 | on an an 上
city cities | town | f Stadt Städte | 城市 个 | in in in 里
village villages | town | n Dorf Dörfer | 村子 个 | in in in 里
market markets | shop goal | m Markt Märkte | 市场 个 | at auf zu 上
supermarket supermarkets | shop goal | m Supermarkt Supermärkte | 超市 个 | in in in 里
train_station train_stations | stop goal | m Bahnhof Bahnhöfe | 火车_站 个 | at an zu -
"""  # noqa: E501 (one noun a line reads best)

_CONTAINERS = """
cup cups | f Tasse Tassen | 杯 | tea coffee
glass glasses | n Glas Gläser | 杯 | milk water apple_juice
bottle bottles | f Flasche Flaschen | 瓶 | wine beer water apple_juice
bowl bowls | f Schüssel Schüsseln | 碗 | soup tomato_soup
pair pairs | n Paar Paar | 双 | shoe
"""


def _noun(columns: list[list[str]]) -> Noun:
    (singular, plural), kinds, (gender, german, german_plural), (chinese, measure) = columns[:4]
    return Noun(
        singular,
        plural,
        frozenset(kinds),
        gender[0],
        gender.endswith("w"),
        german,
        german_plural,
        chinese,
        measure,
        Setting(*columns[4]) if len(columns) > 4 else None,
    )


def _container(columns: list[list[str]]) -> Container:
    (singular, plural), (gender, german, german_plural), (measure,), nouns = columns
    return Container(singular, plural, gender, german, german_plural, measure, frozenset(nouns))


NOUNS = read_table(_NOUNS, _noun)
CONTAINERS = read_table(_CONTAINERS, _container)
