"""From files over the window to pairs in a project, with real drags and drops."""

import pytest
from finding import find, press, text_in, words_in
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QComboBox, QMainWindow, QPushButton, QTableView

from attnstudio.corpus.import_plan import plan_import
from attnstudio.corpus.parallel_corpus import Split
from attnstudio.gui.importing.encoding_box import EncodingBox
from attnstudio.gui.importing.import_flow import ImportFlow
from attnstudio.gui.importing.import_panel import ImportPanel, suggested_folder
from attnstudio.gui.studio.studio import PageName
from attnstudio.gui.widgets.language_box import LanguageBox
from attnstudio.gui.widgets.link_label import LinkLabel
from attnstudio.project.project import Project

ENGLISH = ["the dog sees the cat", "this is not the house", "it was in the garden"]
GERMAN = ["der Hund sieht die Katze", "das ist nicht das Haus", "es war in dem Garten"]


@pytest.fixture
def files(tmp_path):
    """Makes text files in a folder with a space, Chinese and an emoji in its name."""
    folder = tmp_path / "my 语料 😀"
    folder.mkdir()

    def make(**lines):
        paths = []
        for name, content in lines.items():
            path = folder / name.replace("_", ".")
            path.write_text("".join(f"{line}\n" for line in content), encoding="utf-8")
            paths.append(path)
        return paths

    return make


@pytest.fixture
def asked():
    """What the file dialogs answer."""
    return {"files": [], "folder": None}


@pytest.fixture
def window(qtbot):
    window = QMainWindow()
    window.resize(800, 600)
    qtbot.addWidget(window)
    window.show()
    return window


@pytest.fixture
def flow(studio, asked, window, tmp_path):
    studio.settings.set_value("projects/folder", str(tmp_path / "projects"))
    flow = ImportFlow(studio, lambda *_: asked["files"], lambda *_: asked["folder"])
    flow.target = flow.attach(window)
    return flow


@pytest.fixture
def pages(studio):
    seen = []
    studio.page_requested.connect(seen.append)
    return seen


def mime_of(paths):
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return mime


def drag(window, mime):
    event = QDragEnterEvent(
        QPoint(50, 50), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QApplication.sendEvent(window, event)
    return event


def drop(window, mime):
    event = QDropEvent(
        QPointF(50, 50), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QApplication.sendEvent(window, event)
    return event


def open_panel(qtbot, flow):
    qtbot.waitUntil(lambda: flow.panel is not None and flow.panel.isVisible(), timeout=120_000)
    return flow.panel


def import_all(qtbot, panel):
    press(panel, "Import")
    look = find(panel, QPushButton, "Look at the corpus")
    qtbot.waitUntil(look.isVisible, timeout=120_000)


def preview(panel):
    return find(panel, QTableView, "The first pairs").model()


def test_dropped_files_become_a_project_that_is_shown(qtbot, flow, window, files, studio, pages):
    mime = mime_of(files(train_en=ENGLISH, train_de=GERMAN))

    drag(window, mime)
    assert flow.target.overlay.isVisible()
    assert flow.target.overlay.promise.text == "Import 2 files as English → German"
    drop(window, mime)
    assert flow.target.overlay.isHidden()
    panel = open_panel(qtbot, flow)
    assert studio.project is None  # nothing is written before the person says so
    assert not list(studio.projects_folder.parent.glob("projects/*"))
    import_all(qtbot, panel)
    press(panel, "Look at the corpus")

    pairs = list(studio.project.corpus().pairs(Split.TRAIN))
    assert [(pair.source, pair.target) for pair in pairs] == list(zip(ENGLISH, GERMAN, strict=True))
    assert studio.project.folder.name == "train-en-de"
    assert pages == [PageName.CORPUS]


def test_the_overlay_goes_when_the_drag_leaves(flow, window, files):
    drag(window, mime_of(files(a_en=ENGLISH, a_de=GERMAN)))
    QApplication.sendEvent(window, QDragLeaveEvent())

    assert flow.target.overlay.isHidden()


@pytest.mark.parametrize(
    ("names", "accepted", "text"),
    [
        (("a.en", "a.zh"), True, "Import 2 files as English → Chinese"),
        (("a.txt", "b.txt"), True, "Import 2 files"),
        (("pairs.en-de.tsv",), True, "Import 1 file as English → German"),
        (
            ("photo.png",),
            False,
            "photo.png is a picture. Choose text files, a table or a translation file.",
        ),
    ],
)
def test_what_will_happen_is_said_before_the_mouse_is_released(
    flow, tmp_path, names, accepted, text
):
    promise = flow.promise([tmp_path / name for name in names])

    assert (promise.text, promise.accepted) == (text, accepted)


def test_what_cannot_be_taken_is_refused_with_a_reason(flow, window, tmp_path, studio):
    mime = mime_of([tmp_path / "photo.png"])

    event = drag(window, mime)

    assert event.dropAction() is Qt.DropAction.IgnoreAction
    assert "is a picture" in flow.target.overlay.promise.text
    assert not drop(window, mime).isAccepted()
    assert studio.tasks.running == []


def test_a_dropped_project_is_opened(flow, window, studio, project, pages):
    mime = mime_of([project.folder])

    drag(window, mime)
    assert flow.target.overlay.promise.text == "Open the project project"
    drop(window, mime)

    assert studio.project.folder == project.folder
    assert pages == [PageName.CORPUS]


def test_files_in_the_languages_of_the_open_project_are_added_to_it(
    qtbot, flow, files, studio, project
):
    studio.open_project(project.folder)
    changed = []
    studio.corpus_changed.connect(lambda: changed.append(1))
    before = len(project.corpus())

    flow.start(files(extra_de=GERMAN, extra_en=ENGLISH))
    panel = open_panel(qtbot, flow)
    assert not find(panel, LanguageBox, "Source language").isEnabled()
    find(panel, QComboBox, "What extra.en is for").setCurrentIndex(2)
    import_all(qtbot, panel)

    corpus = Project.open(project.folder).corpus()
    assert len(corpus) == before + 3
    assert corpus.source(before) == ENGLISH[0]
    assert corpus.counts()[Split.TEST] == 32 + 3
    assert changed == [1]
    panel.reject()


def test_files_for_the_open_project_may_become_one_of_their_own(
    qtbot, flow, files, studio, project
):
    studio.open_project(project.folder)
    before = len(project.corpus())
    flow.start(files(other_de=GERMAN, other_en=ENGLISH))
    panel = open_panel(qtbot, flow)
    where = next(label for label in panel.findChildren(LinkLabel) if "added to" in label.text())
    assert project.folder.name in where.text()
    assert where.isVisible()

    where.linkActivated.emit("new")
    panel = open_panel(qtbot, flow)
    assert not [label for label in panel.findChildren(LinkLabel) if label.isVisible()]
    import_all(qtbot, panel)

    assert studio.project.folder != project.folder
    assert len(studio.project.corpus()) == 3
    assert len(Project.open(project.folder).corpus()) == before
    panel.reject()


def test_sides_are_swapped_with_one_click(qtbot, flow, files, studio):
    flow.start(files(left_txt=ENGLISH, right_txt=GERMAN))
    panel = open_panel(qtbot, flow)
    assert panel.wish.languages == ("en", "de")

    press(panel, "Swap source and target")
    assert panel.wish.languages == ("de", "en")
    assert preview(panel).index(0, 0).data() == GERMAN[0]
    import_all(qtbot, panel)

    assert studio.project.file.source_language == "de"
    assert studio.project.corpus().source(0) == GERMAN[0]
    panel.reject()


def test_languages_that_nobody_knows_are_asked_for(qtbot, flow, files):
    flow.start(files(one_txt=["xq", "zz"], two_txt=["ww", "qq"]))
    panel = open_panel(qtbot, flow)

    assert not find(panel, QPushButton, "Import").isEnabled()
    assert "which languages" in text_in(panel)
    find(panel, LanguageBox, "Source language").setEditText("…")
    assert "“…” cannot stand for a language here" in text_in(panel)
    find(panel, LanguageBox, "Source language").setEditText("Totonac")
    find(panel, LanguageBox, "Target language").setEditText("de")
    assert "“Totonac” is not known here and is taken as you wrote it." in text_in(panel)
    assert find(panel, QPushButton, "Import").isEnabled()
    assert panel.wish.languages == ("Totonac", "de")
    find(panel, LanguageBox, "Source language").setEditText("中文")
    find(panel, LanguageBox, "Target language").setEditText("chinese")
    assert "different" in text_in(panel)
    find(panel, LanguageBox, "Target language").setEditText("Deutsch")
    assert find(panel, QPushButton, "Import").isEnabled()
    assert panel.wish.languages == ("zh", "de")
    panel.reject()


def test_unequal_files_are_refused_with_numbers_and_leave_nothing(qtbot, flow, files, studio):
    flow.start(files(a_en=ENGLISH * 3_000, a_de=(GERMAN * 3_000)[:8_999]))
    panel = open_panel(qtbot, flow)

    press(panel, "Import")
    said = "a.en has 9000 lines, a.de has 8999"
    qtbot.waitUntil(lambda: said in text_in(panel), timeout=120_000)

    assert studio.project is None
    assert not panel.wish.folder.exists()
    assert find(panel, QPushButton, "Import").isEnabled()
    panel.reject()


def test_a_cancelled_import_leaves_no_project(qtbot, flow, files, studio):
    many = [str(number) for number in range(2_000_000)]
    flow.start(files(big_en=many, big_de=many))
    panel = open_panel(qtbot, flow)

    press(panel, "Import")
    panel.reject()  # at once: two million pairs are there in half a second
    assert "Stopping…" in words_in(panel)
    qtbot.waitUntil(lambda: "Nothing was imported" in text_in(panel), timeout=120_000)

    assert not panel.wish.folder.exists()
    assert studio.project is None
    panel.reject()


def test_dropped_lines_are_counted_and_shown(qtbot, flow, files):
    flow.start(files(a_en=[*ENGLISH, "only here"], a_de=[*GERMAN, ""]))
    panel = open_panel(qtbot, flow)
    import_all(qtbot, panel)

    assert "3 pairs were imported." in text_in(panel)
    assert "1 line left out: a side was empty." in text_in(panel)
    assert "a.de, line 4: only here" in text_in(panel)
    panel.reject()


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        ({"alone_en": ENGLISH}, "alone.en has no partner."),
        ({"a_en": ENGLISH, "a_de": GERMAN[:2]}, "a.en has 3 lines, a.de has 2"),
    ],
)
def test_what_can_be_seen_at_once_is_said_at_once(qtbot, flow, files, studio, lines, text):
    said = []
    studio.notifier.posted.connect(said.append)

    flow.start(files(**lines))
    qtbot.waitUntil(lambda: bool(said), timeout=120_000)

    assert text in said[0].text
    assert flow.panel is None


def test_files_can_be_opened_and_pasted(qtbot, flow, files, asked):
    paths = files(a_en=ENGLISH, a_de=GERMAN)
    asked["files"] = paths
    flow.open_files()
    open_panel(qtbot, flow).reject()
    flow.panel = None

    QGuiApplication.clipboard().setMimeData(mime_of(paths))
    flow.paste()

    open_panel(qtbot, flow).reject()


def test_an_empty_clipboard_is_said(flow, studio):
    said = []
    studio.notifier.posted.connect(said.append)
    QGuiApplication.clipboard().setText("just words")

    flow.paste()

    assert "no files on the clipboard" in said[0].text


def test_a_project_is_opened_by_its_folder(flow, asked, project, studio, pages):
    asked["folder"] = project.folder

    flow.open_project()

    assert studio.project.folder == project.folder
    assert pages == [PageName.CORPUS]


def test_texts_from_right_to_left_stand_at_the_right(qtbot, files):
    plan = plan_import(files(a_en=["the book"], a_ar=["هذا كتاب جديد"]))
    panel = ImportPanel(plan, suggested_folder(plan.paths[0].parent, plan.paths, plan.languages))
    qtbot.addWidget(panel)
    model = preview(panel)

    role = Qt.ItemDataRole.TextAlignmentRole
    assert model.data(model.index(0, 0), role) & Qt.AlignmentFlag.AlignLeft.value
    assert model.data(model.index(0, 1), role) & Qt.AlignmentFlag.AlignRight.value


def test_a_new_project_never_takes_a_folder_that_is_there(tmp_path):
    (tmp_path / "a-en-de").mkdir()

    folder = suggested_folder(tmp_path, [tmp_path / "a.en"], ("en", "de"))

    assert folder == tmp_path / "a-en-de-2"


def test_the_columns_of_a_table_can_be_chosen_before_anything_is_written(
    qtbot, flow, studio, tmp_path
):
    path = tmp_path / "x.tsv"
    path.write_text("one\tfirst note\teins\ntwo\tsecond note\tzwei\n", encoding="utf-8")
    flow.start([path])
    panel = open_panel(qtbot, flow)
    source = find(panel, QComboBox, "Source column of x.tsv")
    target = find(panel, QComboBox, "Target column of x.tsv")

    find(panel, LanguageBox, "Source language").setEditText("en")
    find(panel, LanguageBox, "Target language").setEditText("de")
    source.setCurrentIndex(0)
    target.setCurrentIndex(0)
    assert not find(panel, QPushButton, "Import").isEnabled()
    assert "Source and target need different columns." in words_in(panel)
    target.setCurrentIndex(2)
    assert find(panel, QPushButton, "Import").isEnabled()
    shown = [preview(panel).index(row, 1).data() for row in range(2)]
    assert ["eins" in shown[0], "zwei" in shown[1]] == [True, True]
    press(panel, "Swap source and target")
    [planned] = panel.wish.items
    assert (planned.item.source_column, planned.item.target_column) == (2, 0)
    press(panel, "Swap source and target")
    import_all(qtbot, panel)

    assert "2 pairs were imported." in text_in(panel)
    corpus = studio.project.corpus()
    assert (corpus.source(1), corpus.target(1)) == ("two", "zwei")
    panel.reject()


def test_the_languages_of_a_translation_memory_are_offered(qtbot, flow, tmp_path):
    path = tmp_path / "x.tmx"
    texts = "".join(
        f'<tuv xml:lang="{code}"><seg>{text}</seg></tuv>'
        for code, text in (("en", "one"), ("de", "eins"), ("ja", "一"))
    )
    path.write_text(f'<tmx version="1.4"><body><tu>{texts}</tu></body></tmx>', encoding="utf-8")
    flow.start([path])
    panel = open_panel(qtbot, flow)

    box = find(panel, LanguageBox, "Target language")
    offered = [box.itemData(row) for row in range(box.count())]
    assert panel.wish.languages == ("en", "de")
    assert offered[:3] == ["de", "en", "ja"]
    panel.reject()


def in_cp1252(files):
    [english, german] = files(letters_en=ENGLISH, letters_de=[])
    lines = [
        "das Mädchen hört",
        "die Tür ist schön",
        "über Größe, Bäume, Äpfel, Büsche, Vögel und Füchse",
    ]
    german.write_bytes("".join(f"{line}\n" for line in lines).encode("cp1252"))
    return [english, german]


def shown_targets(panel):
    model = preview(panel)
    return [model.data(model.index(row, 1)) for row in range(model.rowCount())]


def test_a_guessed_encoding_is_shown_and_can_be_changed(qtbot, flow, studio, files):
    flow.start(in_cp1252(files))
    panel = open_panel(qtbot, flow)
    encoding = find(panel, EncodingBox)
    assert encoding.isVisible()
    assert encoding.currentText().startswith("As it seems: ")

    for codec, expected in (("cp1251", "das Mдdchen hцrt"), ("cp1252", "das Mädchen hört")):
        encoding.setCurrentIndex(encoding.findData(codec))
        encoding.activated.emit(encoding.currentIndex())
        qtbot.waitUntil(lambda e=expected: shown_targets(panel)[0] == e, timeout=10_000)
    import_all(qtbot, panel)

    corpus = studio.project.corpus()
    assert [corpus.target(i) for i in range(3)] == [
        "das Mädchen hört",
        "die Tür ist schön",
        "über Größe, Bäume, Äpfel, Büsche, Vögel und Füchse",
    ]


def test_an_encoding_that_does_not_fit_is_explained(qtbot, flow, files):
    flow.start(in_cp1252(files))
    panel = open_panel(qtbot, flow)

    panel.encoding_chosen.emit("utf-16")

    qtbot.waitUntil(lambda: "could not be read" in text_in(panel), timeout=10_000)


def test_nothing_is_asked_of_files_that_say_their_encoding(qtbot, flow, tmp_path):
    tmx = tmp_path / "memory.tmx"
    tmx.write_text(
        '<?xml version="1.0"?><tmx version="1.4"><body><tu>'
        '<tuv xml:lang="en"><seg>a</seg></tuv><tuv xml:lang="de"><seg>b</seg></tuv>'
        "</tu></body></tmx>",
        encoding="utf-8",
    )
    flow.start([tmx])

    panel = open_panel(qtbot, flow)
    assert not any(box.isVisible() for box in panel.findChildren(EncodingBox))
