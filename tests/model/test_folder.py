"""A model folder gives the same model back, or an error that names the file to blame."""

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from rows import plain
from safetensors.numpy import load_file, save_file

import ner
from ner.errors import ModelError
from ner.features.batch import collate
from ner.features.featurizer import Featurizer, Known
from ner.features.index import SPREAD
from ner.features.lexicon import Lexicon
from ner.features.names import Names
from ner.features.packing import split
from ner.model.folder import (
    ARRAYS,
    DESCRIPTION,
    EARLIER,
    FEATURES,
    FORMAT_VERSION,
    GRAPH,
    WEIGHTS,
    Description,
    build_network,
    find,
    load_network,
    read_description,
    summary,
    write_description,
    write_weights,
)
from ner.model.inputs import Inputs
from ner.settings import FeatureSettings, ModelSettings
from ner.storage import dumps

TEXTS = ["林知夏在青石鎮等雨停。", "書店的門开了，\ud800！"]
LABELS = ("人名", "地名")


def _description(*, size=8, segmentation=False, attention=True):
    settings = ModelSettings.model_validate(
        {
            "embedding": {"size": size, "segmentation_size": 3},
            "encoder": {"size": 6},
            "attention": {"heads": 2, "head_size": 4} if attention else "none",
        }
    )
    featurizer = Featurizer.fitted(FeatureSettings(segmentation=segmentation), TEXTS)
    return Description(settings, LABELS, featurizer)


def _saved(folder, description=None, *, seed=0):
    """A fresh network and its folder."""
    description = description or _description()
    torch.manual_seed(seed)
    network = build_network(description).eval()
    write_description(folder, description)
    write_weights(folder, network)
    return network


def _emissions(network, featurizer):
    batch = collate([featurizer(text) for text in TEXTS])
    return network.emissions(Inputs.of(batch, torch.device("cpu")))


@pytest.fixture
def folder(tmp_path):
    _saved(tmp_path)
    return tmp_path


def test_no_place_on_this_machine_is_written(tmp_path):
    description = _description()
    embedding = {"vectors": [str(tmp_path / "v.safetensors")]}
    settings = description.settings.model_dump() | {"embedding": embedding}
    write_description(
        tmp_path, replace(description, settings=ModelSettings.model_validate(settings))
    )
    assert str(tmp_path) not in (tmp_path / DESCRIPTION).read_text(encoding="utf-8")
    assert read_description(tmp_path).settings.embedding.vectors == ("v.safetensors",)


@pytest.mark.parametrize("segmentation", [True, False])
@pytest.mark.parametrize("attention", [True, False])
def test_saved_and_loaded_it_gives_equal_emissions(tmp_path, segmentation, attention):
    saved = _description(segmentation=segmentation, attention=attention)
    network = _saved(tmp_path / "new" / "model", saved)
    description = read_description(tmp_path / "new")
    assert (description.labels, description.settings) == (saved.labels, saved.settings)
    loaded = load_network(tmp_path / "new", description)
    assert not loaded.training
    own, other = (_emissions(network, saved.featurizer), _emissions(loaded, description.featurizer))
    assert torch.equal(own, other)


def test_saving_again_replaces_the_weights_and_leaves_nothing_else(folder):
    second = _saved(folder, seed=1)
    assert {one.name for one in folder.iterdir()} == {DESCRIPTION, FEATURES, ARRAYS, WEIGHTS}
    description = read_description(folder)
    loaded = load_network(str(folder), description)
    own, other = (_emissions(network, description.featurizer) for network in (second, loaded))
    assert torch.equal(own, other)


def test_a_model_is_found_in_its_own_folder_and_in_its_runs(tmp_path):
    _saved(tmp_path / "run" / "model")
    assert find(tmp_path / "run") == find(tmp_path / "run" / "model") == tmp_path / "run" / "model"
    assert summary(tmp_path / "run") == summary(tmp_path / "run" / "model")


@pytest.mark.parametrize(("name", "reason"), [("none", "no such folder"), ("", "no model.json")])
@pytest.mark.parametrize("reading", [find, read_description, summary])
def test_a_folder_without_a_model_is_an_error(tmp_path, reading, name, reason):
    place = tmp_path / name
    with pytest.raises(ModelError, match=f"{re.escape(str(place))}: not a model .*{reason}"):
        reading(place)


def _blames(folder, name, reading, reason=""):
    """That ``reading`` the folder is a ModelError that begins with the file's path."""
    with pytest.raises(ModelError, match=f"^{re.escape(str(folder / name))}: .*{reason}"):
        reading(folder)


def _both(folder):
    return load_network(folder, read_description(folder))


def _edit(path, **changes):
    content = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**content, **changes}), encoding="utf-8")


@pytest.mark.parametrize("version", [FORMAT_VERSION + 1, 0, None, "1"])
@pytest.mark.parametrize("reading", [read_description, summary])
def test_another_format_version_is_an_error(folder, version, reading):
    _edit(folder / DESCRIPTION, format_version=version)
    reason = f"model format {version!r}, this version of ner reads formats {min(EARLIER)} to"
    _blames(folder, DESCRIPTION, reading, reason)


DAMAGES = [b"", b"{", b"[1]", b"null", b'{"format_version": 1', b"\xff\xfe{}", b"[" * 100_000]


@pytest.mark.parametrize("content", DAMAGES, ids=lambda content: repr(content[:12]))
@pytest.mark.parametrize("name", [DESCRIPTION, FEATURES])
def test_damaged_json_is_an_error(folder, name, content):
    (folder / name).write_bytes(content)
    _blames(folder, name, read_description)


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        (DESCRIPTION, {"labels": None}),
        (DESCRIPTION, {"labels": 3}),
        (DESCRIPTION, {"settings": None}),
        (DESCRIPTION, {"settings": {"scheme": "BIOX"}}),
        (DESCRIPTION, {"settings": {"unknown": 1}}),
        (FEATURES, {"channels": None}),
        (FEATURES, {"channels": {}}),
        (FEATURES, {"channels": {"characters": None}}),
        (FEATURES, {"channels": {"characters": {"names": [["雨"]], "learned": 1}}}),
        (FEATURES, {"channels": {"characters": {"names": ["雨"], "learned": "x"}}}),
        (FEATURES, {"script": 5}),
        (FEATURES, {"script": {"鎮": "镇子"}}),
        (FEATURES, {"settings": []}),
        (FEATURES, {"settings": {"min_count": -1}}),
    ],
)
def test_damaged_content_is_an_error(folder, name, changes):
    _edit(folder / name, **changes)
    _blames(folder, name, read_description, "damaged: ")


@pytest.mark.parametrize("key", ["decoder", "attention"])
def test_a_part_this_version_does_not_know_is_an_error_with_the_path(folder, key):
    settings = json.loads((folder / DESCRIPTION).read_text(encoding="utf-8"))["settings"]
    newer = {"decoder": "newer", "attention": {"kind": "newer"}}
    _edit(folder / DESCRIPTION, settings={**settings, key: newer[key]})
    _blames(folder, DESCRIPTION, _both, "(?s:.*)newer")


@pytest.mark.parametrize("name", [FEATURES, ARRAYS, WEIGHTS])
def test_a_missing_file_is_an_error(folder, name):
    (folder / name).unlink()
    _blames(folder, name, _both)
    _blames(folder, name, summary)


@pytest.mark.parametrize("share", [0.0, 0.001, 0.1, 0.5, 0.999])
@pytest.mark.parametrize("reading", [_both, summary])
def test_truncated_weights_are_an_error(folder, share, reading):
    whole = (folder / WEIGHTS).read_bytes()
    (folder / WEIGHTS).write_bytes(whole[: int(len(whole) * share)])
    _blames(folder, WEIGHTS, reading, "damaged or cut short")


@pytest.mark.parametrize("share", [0.0, 0.001, 0.1, 0.5, 0.999])
def test_truncated_arrays_are_an_error(folder, share):
    whole = (folder / ARRAYS).read_bytes()
    (folder / ARRAYS).write_bytes(whole[: int(len(whole) * share)])
    _blames(folder, ARRAYS, read_description, "damaged or cut short")


@pytest.mark.parametrize(
    "changes",
    [
        {"codes": None},
        {"lengths": None},
        {"codes": np.zeros(9, dtype=np.float32)},
        {"codes": np.zeros((3, 3), dtype=np.uint8)},
        {"codes": np.array([2**31], dtype=np.uint32)},
        {"lengths": np.array([99], dtype=np.uint8)},
        {"lengths": np.array([1], dtype=np.uint8)},
    ],
    ids=str,
)
def test_arrays_that_are_no_names_are_an_error(folder, changes):
    arrays = load_file(folder / ARRAYS)
    changes = {f"channels.characters.names.{name}": value for name, value in changes.items()}
    kept = {name: value for name, value in {**arrays, **changes}.items() if value is not None}
    save_file(kept, folder / ARRAYS)
    _blames(folder, ARRAYS, read_description, "damaged")


def _format_3(folder, featurizer):
    """Makes the model in a folder one of format 3, with lists in JSON."""
    vocabularies = {name: one.vocabulary for name, one in featurizer.channels.items()}
    data = {
        "settings": featurizer.settings.model_dump(mode="json"),
        "channels": {
            name: {"names": one.names, "learned": one.learned} for name, one in vocabularies.items()
        },
        "script": featurizer.normalise.script,
        "lexicon": None,
        "tokeniser": None,
    }
    if featurizer.lexicon is not None:
        own = featurizer.lexicon
        lists = {"kinds": own.kinds.tolist(), "counts": own.counts.tolist()}
        data["lexicon"] = {**lists, "words": own.words, "names": own.names, "known": own.known}
    (folder / FEATURES).write_text(dumps(data), encoding="utf-8")
    (folder / ARRAYS).unlink()
    _edit(folder / DESCRIPTION, format_version=3)


def _index_of_format_4(keys):
    """Keys by bucket, which place each has, and where each bucket begins."""
    bits = max(1, len(keys).bit_length())
    buckets = ((keys.astype(np.uint64) * np.uint64(SPREAD)) >> np.uint64(64 - bits)).astype(int)
    order = np.lexsort((keys, buckets))
    firsts = np.concatenate([[0], np.cumsum(np.bincount(buckets, minlength=1 << bits))])
    return {
        "keys": keys[order],
        "places": order.astype(np.int32),
        "firsts": firsts.astype(np.int32),
    }


def _trie_of_format_4(trie):
    parents = np.arange(len(trie.children)).repeat(trie.children)
    edges = parents << 21 | trie.codes.astype(np.int64)
    return {"edges": _index_of_format_4(edges), "words": trie.words}


def _format_4(folder, featurizer, **changes):
    """Makes the model in a folder one of format 4, with hash tables as arrays."""
    data = featurizer.to_dict()
    if "bigrams" in featurizer.channels:
        keys = featurizer.channels["bigrams"].vocabulary.listed.keys(2)
        data["channels"]["bigrams"]["index"] = _index_of_format_4(keys)
    if "words" in featurizer.channels:
        cutter = featurizer.channels["words"].cutter
        data["channels"]["words"]["cutter"]["trie"] = _trie_of_format_4(cutter.trie)
    if featurizer.lexicon is not None:
        own = featurizer.lexicon
        words = Names.of(own.words).to_dict()
        trie = {**_trie_of_format_4(own.trie), **changes}
        data["lexicon"] = {**data["lexicon"], "words": words, "trie": trie}
    plain_data, arrays = split(data)
    (folder / FEATURES).write_text(dumps(plain_data), encoding="utf-8")
    save_file(arrays, folder / ARRAYS)
    _edit(folder / DESCRIPTION, format_version=4)


def _with_everything(*, segmentation):
    settings = FeatureSettings(bigrams=True, bigram_min_count=1, segmentation=segmentation)
    fitted = Featurizer.fitted(settings, TEXTS, Known({"characters": ["鹭"]}))
    lexicon = Lexicon.fitted({"青石": "n", "书店": "v", "夏": "list"}, TEXTS, known={"书店"})
    return Featurizer(settings, fitted.channels, fitted.normalise.script, lexicon)


def test_a_model_of_format_4_is_read_as_the_same(tmp_path):
    featurizer = _with_everything(segmentation="speech")
    _saved(tmp_path, Description(ModelSettings(), LABELS, featurizer))
    saved = (tmp_path / ARRAYS).stat().st_size
    _format_4(tmp_path, featurizer)
    assert (tmp_path / ARRAYS).stat().st_size > 5 * saved
    again = read_description(tmp_path).featurizer
    assert plain(again.to_dict()) == plain(featurizer.to_dict())
    text = "林知夏在青石鎮的書店等雨停，杭州"
    own, other = featurizer(text), again(text)
    assert plain(other.rows) == plain(own.rows)
    assert other.matches.words.tolist() == own.matches.words.tolist()


@pytest.mark.parametrize(
    "changes",
    [
        {"edges": None},
        {"edges": {}},
        {"words": np.array([0, 1])},
        {"words": np.full(7, 99)},
        {"edges": _index_of_format_4(np.arange(6) << 21)},
        {"edges": _index_of_format_4(np.arange(6)[::-1].copy())},
    ],
    ids=str,
)
def test_a_damaged_model_of_format_4_is_an_error(tmp_path, changes):
    featurizer = _with_everything(segmentation=False)
    _saved(tmp_path, Description(ModelSettings(), LABELS, featurizer))
    _format_4(tmp_path, featurizer, **changes)
    with pytest.raises(ModelError, match="damaged"):
        read_description(tmp_path)


@pytest.mark.parametrize(
    "changes",
    [{"lexicon.kinds": b""}, {"lexicon.kinds": b"\x78\x9c\x4b"}, {"lexicon.kinds": b"\0" * 9}],
    ids=str,
)
def test_what_cannot_be_inflated_is_an_error(tmp_path, changes):
    _saved(tmp_path, Description(ModelSettings(), LABELS, _with_everything(segmentation=False)))
    arrays = load_file(tmp_path / ARRAYS)
    arrays |= {name: np.frombuffer(own, dtype=np.uint8) for name, own in changes.items()}
    told = json.dumps({name: ["|u1", [3]] for name in changes})
    save_file(arrays, tmp_path / ARRAYS, {"deflated": told})
    _blames(tmp_path, ARRAYS, read_description, "damaged")


def test_a_model_of_the_format_before_is_read_as_the_same(tmp_path):
    settings = FeatureSettings(bigrams=True, bigram_min_count=1)
    fitted = Featurizer.fitted(settings, TEXTS, Known({"characters": ["鹭"]}))
    lexicon = Lexicon.fitted({"青石": "n", "书店": "v", "夏": "list"}, TEXTS, known={"书店"})
    script = fitted.normalise.script
    featurizer = Featurizer(settings, fitted.channels, script, lexicon)
    _saved(tmp_path, Description(ModelSettings(), LABELS, featurizer))
    saved = read_description(tmp_path).featurizer.to_dict()
    _format_3(tmp_path, featurizer)
    again = read_description(tmp_path).featurizer.to_dict()
    assert plain(again) == plain(saved) == plain(featurizer.to_dict())
    assert summary(tmp_path)["format_version"] == 3


@pytest.mark.parametrize(
    "changes",
    [
        {"channels": None},
        {"channels": {"characters": {"names": ["雨"], "learned": 2}}},
        {"channels": {"bigrams": {"names": ["雨停", "雨停"], "learned": 2}}},
        {"channels": {"characters": {"names": [["雨"]], "learned": 1}}},
        {"lexicon": {"words": ["雨", "雨"], "kinds": [0, 0], "names": ["n"]}},
        {"lexicon": {}},
    ],
    ids=str,
)
def test_a_damaged_model_of_the_format_before_is_an_error(folder, changes):
    _format_3(folder, _description().featurizer)
    if isinstance(lexicon := changes.get("lexicon"), dict) and lexicon:
        changes = {"lexicon": {**lexicon, "counts": [], "known": 0}}
    _edit(folder / FEATURES, **changes)
    _blames(folder, FEATURES, read_description, "damaged: ")


@pytest.mark.parametrize(
    "other", [{"size": 9}, {"attention": False}, {"segmentation": True}], ids=str
)
def test_weights_of_another_shape_are_an_error(folder, other):
    write_weights(folder, build_network(_description(**other)))
    _blames(folder, WEIGHTS, _both, "not the weights of this model")


def test_a_summary_says_what_the_model_is(folder):
    description = read_description(folder)
    about = summary(folder)
    network = build_network(description)
    assert about == {
        "folder": str(folder),
        "format_version": FORMAT_VERSION,
        "labels": list(LABELS),
        "names": {"characters": len(description.featurizer.vocabulary) - 2},
        "parameters": sum(parameter.numel() for parameter in network.parameters()),
        "bytes": sum(one.stat().st_size for one in folder.iterdir()),
        "files": {one.name: one.stat().st_size for one in folder.iterdir()},
        "features": description.featurizer.settings.model_dump(mode="json"),
        "model": description.settings.model_dump(mode="json"),
    }
    assert json.loads(json.dumps(about)) == about
    sizes = [*about["files"].values()]
    assert sizes == sorted(sizes, reverse=True)


def test_a_summary_of_a_graph_without_weights_says_all_but_its_parameters(folder):
    whole = summary(folder)
    (folder / WEIGHTS).rename(folder / GRAPH)
    about = summary(folder)
    assert about.keys() == whole.keys() - {"parameters"}
    assert about["bytes"] == whole["bytes"] and GRAPH in about["files"]


WITHOUT_TORCH = """
import sys
sys.modules["torch"] = None  # importing it raises ImportError
from ner.model.folder import read_description, summary
description = read_description(sys.argv[1])
assert description.featurizer("林雨").unknown == 0
assert summary(sys.argv[1])["parameters"] > 0
"""


def test_describing_a_model_needs_no_torch(folder):
    run = subprocess.run(
        [sys.executable, "-c", WITHOUT_TORCH, str(folder)],
        env={**os.environ, "PYTHONPATH": str(Path(ner.__file__).parents[1])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
