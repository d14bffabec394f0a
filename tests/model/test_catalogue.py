"""Models by name: where they are looked for, which comes first, what is told of them."""

import hashlib
import shutil
import subprocess

import pytest
from trained import tiny_run

import ner
from ner.errors import ModelError
from ner.model import catalogue
from ner.model.catalogue import digest, first_figure, listed, locate, roots
from ner.model.folder import find

__all__ = ["tiny_run"]

CARD = """---
model-index:
- name: one
  results:
  - dataset: {name: own test}
    metrics: [{type: precision, value: 0.5}, {type: f1, value: 0.75}]
---
# A model
"""


@pytest.fixture
def places(tiny_run, tmp_path, monkeypatch):
    """An own folder with a model, and a package that ships one called ``standard``."""
    own, shipped = tmp_path / "own", tmp_path / "shipped"
    monkeypatch.setenv("NER_MODELS", str(own))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setattr(catalogue, "SHIPPED", shipped)
    monkeypatch.chdir(tmp_path)
    shutil.copytree(tiny_run, own / "mine")
    shutil.copytree(find(tiny_run), shipped / "standard")
    return own, shipped


def test_the_standard_model_is_the_shipped_one(places):
    assert locate() == places[1] / "standard"
    assert ner.load(device="cpu")("陶小满").text == "陶小满"


def test_a_folder_comes_before_a_name_and_a_name_needs_no_folder(places, tmp_path):
    assert locate("mine") == places[0] / "mine" / "model"
    assert locate(places[0] / "mine") == places[0] / "mine"
    (tmp_path / "mine").mkdir()
    assert str(locate("mine")) == "mine"


def test_the_first_place_hides_later_ones(places):
    assert [root.kind for root in roots()] == ["NER_MODELS", "user", "shipped"]
    shutil.copytree(places[1] / "standard", places[0] / "standard")
    assert locate() == places[0] / "standard"
    assert [(one.name, one.root.kind, one.hidden) for one in listed()] == [
        ("mine", "NER_MODELS", False),
        ("standard", "NER_MODELS", False),
        ("standard", "shipped", True),
    ]


def test_unknown_names_are_answered_with_the_known_ones(places):
    with pytest.raises(ModelError, match=r"mime: not a model or run folder: .*did you mean 'mine'"):
        locate("mime")
    shutil.rmtree(places[1] / "standard")
    with pytest.raises(ModelError, match="no model is given, and none is named 'standard' in"):
        locate()


def test_what_is_told_of_a_model(places):
    folder = places[1] / "standard"
    (folder / "README.md").write_text(CARD, encoding="utf-8")
    own = listed()[1].to_dict()
    assert own["labels"] == ["LOC", "ORG", "PER"]
    assert (own["f1"], own["measured_on"]) == (0.75, "own test")
    assert own["bytes"] == sum(one.stat().st_size for one in folder.iterdir())


def test_the_hash_is_what_sha256sum_says_of_all_but_the_card(places):
    folder = places[1] / "standard"
    names = sorted(one.name for one in folder.iterdir() if one.name != "README.md")
    before = digest(folder)
    if shutil.which("sha256sum"):
        printed = subprocess.run(["sha256sum", *names], cwd=folder, capture_output=True, check=True)
        assert before == hashlib.sha256(printed.stdout).hexdigest()
    (folder / "README.md").write_text("other", encoding="utf-8")
    assert digest(folder) == before
    (folder / "model.json").write_text("{}", encoding="utf-8")
    assert digest(folder) != before


@pytest.mark.parametrize("card", ["", "# no", "---\n[\n---\n", "---\nmodel-index: []\n---\n"])
def test_a_card_without_figures_has_none(card):
    assert first_figure(card) == (None, None)
