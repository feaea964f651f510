"""What the columns of source and target are called, in the words of the larger
languages."""

from __future__ import annotations

from attnstudio.corpus.language_codes import folded

_SOURCE = """
source src original input sourcetext
ausgangstext ausgangssprache quelltext quelle quellsprache quellsegment originaltext
vorlage
origine texteoriginal origen fuente sorgente originale partenza origem fonte
texto_de_partida
bron brontekst brontaal origineel källa källtext källspråk kilde kildetekst kildesprog
źródło źródłowy źródłowe oryginał zdroj zdrojový originál источник исходный исходник
оригинал
джерело оригінал изходен kaynak asıl forrás eredeti lähde lähdeteksti sursă πηγή πρωτότυπο
原文 源文 源语 源语言 原语 原文本 原語 원문 원본 출발어 المصدر مصدر الأصل מקור مبدا
स्रोत nguồn gốc sumber
"""
_TARGET = """
target tgt trg translation translated output targettext
zieltext zielsprache ziel zielsegment übersetzung übersetzt
cible traduction destino meta traducción traduzione destinazione tradução alvo
doel doeltekst doeltaal vertaling mål måltext målspråk översättning måltekst
oversættelse oversettelse
tłumaczenie docelowy docelowe przekład cíl cílový překlad preklad перевод целевой цель
переклад превод
hedef çeviri cél fordítás kohde käännös țintă traducere μετάφραση στόχος
译文 目标 目标语 目标语言 译语 翻译 譯文 翻譯 訳文 翻訳 訳語 번역 번역문 도착어 الهدف الترجمة
ترجمة יעד תרגום
مقصد ترجمه अनुवाद लक्ष्य đích dịch terjemahan sasaran
"""
# Columns that are about a text and do not hold it, though their names may have its
# language or role.
_ABOUT = """
lang language code id ids key keys score url link length count file filename context
comment comments
note notes status date time user author domain tag tags
sprache kontext kommentar kommentare bemerkung anmerkung schlüssel status datum
langue contexte commentaire clé statut idioma lengua contexto comentario clave estado
lingua contesto
commento chiave stato комментарий ключ контекст язык uwagi klucz kontekst opmerking
sleutel
备注 注释 键 语言 コメント キー 비고 키 언어
"""


def _folded_words(text: str) -> frozenset[str]:
    return frozenset(folded(word) for word in text.split())


ROLES = (_folded_words(_SOURCE), _folded_words(_TARGET))
ABOUT = _folded_words(_ABOUT)
