"""What a page says while it has nothing to show."""

from PySide6.QtWidgets import QApplication

from attnstudio.gui.widgets.empty_state import EmptyState


def test_all_lines_of_what_is_said_later_are_seen(qtbot):
    state = EmptyState("Heading", "One line.", "Button")
    qtbot.addWidget(state)
    state.resize(800, 500)
    state.show()
    QApplication.processEvents()

    heights = []
    for words in ("Several words. " * 12, "One line again.", "Several more words. " * 20):
        state.say("Heading", words, "Button")
        QApplication.processEvents()

        sentence = state._sentence
        assert sentence.height() == sentence.heightForWidth(sentence.width())
        heights.append(sentence.height())
    assert heights[1] < heights[0] < heights[2]
