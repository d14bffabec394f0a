"""Plain text: a document a line, empty ones included."""

import pytest
from streams import read

from ner.document import Document


@pytest.mark.parametrize(
    "content, expected",
    [
        ("她去了泉州。\n\n明天回来\n", ["她去了泉州。", "", "明天回来"]),
        ("她去了泉州。\r\n\r\n明天回来", ["她去了泉州。", "", "明天回来"]),
        ("\n", [""]),
        ("\ufeff泉州\n", ["泉州"]),
        (" 泉州\t \n\u3000\n", [" 泉州\t ", "\u3000"]),
        ("泉\u2028州\u0085\n", ["泉\u2028州\u0085"]),
        ("", []),
    ],
)
def test_every_line_is_a_document(content, expected):
    found, counts = read(content, "text")
    assert found == [Document(line) for line in expected]
    assert not counts
