"""Texts of many languages in the encodings that they were kept in before UTF-8."""

import pytest

from attnstudio.corpus.encoding import Encoding, find_encoding

TEXTS = {
    "ru": "Сегодня утром я пошёл в магазин и купил хлеба. Погода была хорошая, и дети играли.",
    "uk": "Сьогодні вранці я пішов до крамниці й купив хліба. Погода була гарна, їжак і ґанок.",
    "pl": "Dziś rano poszedłem do sklepu i kupiłem chleb. Pogoda piękna, źródło, łódź, żaba.",
    "cs": "Dnes ráno jsem šel do obchodu a koupil chléb. Počasí bylo pěkné a děti si hrály.",
    "fr": "Ce matin, je suis allé au marché. L'été était beau, où les élèves jouaient à côté.",
    "de": "Heute früh kaufte ich Brötchen. Schönes Wetter, größere Kinder übten für später Läufe.",
    "el": "Σήμερα το πρωί πήγα στο κατάστημα και αγόρασα ψωμί. Ο καιρός ήταν καλός.",
    "tr": "Bu sabah mağazaya gittim ve ekmek aldım. Hava güzeldi, çocuklar bahçede oynuyordu.",
    "zh": "今天早上我去商店买了面包。天气很好，孩子们在院子里玩耍。",
    "tw": "今天早上我去商店買了麵包。天氣很好，孩子們在院子裡玩耍。",
    "ja": "今朝、私は店に行ってパンを買いました。天気がよくて、子供たちが庭で遊んでいました。",
    "ko": "오늘 아침 나는 가게에 가서 빵을 샀다. 날씨가 좋았고 아이들은 마당에서 놀았다.",
    "ru title": "Привет, Мир",
    "th": "เมื่อเช้านี้ฉันไปที่ร้านและซื้อขนมปัง อากาศดีและเด็กๆ กำลังเล่น",
    "he": "הבוקר הלכתי לחנות וקניתי לחם. מזג האוויר היה יפה.",
    "ar": "ذهبت هذا الصباح إلى المتجر واشتريت الخبز. كان الطقس جميلا.",
}


@pytest.mark.parametrize(
    ("language", "encoding"),
    [
        ("ru", "cp1251"), ("ru", "koi8-r"), ("ru", "iso8859-5"), ("ru", "cp866"),
        ("uk", "cp1251"), ("pl", "cp1250"), ("pl", "iso8859-2"), ("cs", "cp1250"),
        ("cs", "iso8859-2"), ("fr", "cp1252"), ("fr", "iso8859-15"), ("de", "cp1252"),
        ("de", "iso8859-1"), ("el", "cp1253"), ("el", "iso8859-7"), ("tr", "cp1254"),
        ("tr", "iso8859-9"), ("zh", "gb18030"), ("zh", "gbk"), ("tw", "big5"),
        ("ja", "shift_jis"), ("ja", "euc-jp"), ("ja", "iso2022_jp"), ("ko", "euc-kr"),
        ("th", "tis-620"), ("ru title", "cp1251"), ("ko", "cp949"),
        ("he", "cp1255"), ("ar", "cp1256"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("lines", [2, 100])
def test_the_bytes_of_a_text_tell_its_encoding(language, encoding, lines):
    content = (TEXTS[language] + "\n").encode(encoding) * lines

    found = find_encoding(content)

    assert found is not None
    assert found.guessed
    assert content.decode(found.name) == (TEXTS[language] + "\n") * lines


def test_what_tells_the_encoding_may_come_late():
    content = b"only ASCII\n" * 10_000 + (TEXTS["fr"] + "\n").encode("cp1252") * 3

    assert find_encoding(content) == Encoding("cp1252", guessed=True)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_chinese_in_utf_16_without_a_mark_is_not_taken_for_something_else(encoding):
    assert find_encoding(TEXTS["zh"].encode(encoding) * 9) is None


@pytest.mark.parametrize("order", ["le", "be"])
@pytest.mark.parametrize("width", ["utf-16", "utf-32"])
def test_a_mark_tells_how_wide_characters_are(width, order):
    content = f"\ufeff{TEXTS['zh']}".encode(f"{width}-{order}")

    assert find_encoding(content) == Encoding(width)
    assert content.decode(width) == TEXTS["zh"]


@pytest.mark.parametrize("cut", [0, 1, 2])
def test_a_sample_that_ends_within_a_character_is_utf_8(cut):
    content = (TEXTS["zh"] * 9).encode()

    assert find_encoding(content[: len(content) - cut]) == Encoding("utf-8-sig")


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_utf_8_with_a_bad_line_stays_utf_8(end):
    lines = [TEXTS["fr"].encode()] * 20
    lines[7] = TEXTS["fr"].encode("cp1252")

    assert find_encoding(end.join([*lines, b""])) == Encoding("utf-8-sig")
