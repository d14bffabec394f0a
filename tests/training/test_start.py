"""Training that goes on from a model: what is taken over, what begins anew, what is refused."""

import json
import shutil

import pytest
import torch
from trained import TINY, annotated, tiny_config, tiny_int8, tiny_run, train

import ner
from ner.config import load_config
from ner.errors import ConfigError, ModelError
from ner.evaluation.surroundings import CONFIG
from ner.features.batch import collate
from ner.model.folder import GRAPH, WEIGHTS, find, load_network, read_description
from ner.model.inputs import Inputs
from ner.tags import legal
from ner.training.run import Run
from ner.training.start import Start, taken_over

__all__ = ["tiny_int8", "tiny_run"]

OTHER = "[陶小满|PER]在[衢州|CITY]等[青禾书店|ORG]的車。\n"


@pytest.fixture
def other(tmp_path):
    """Settings of a corpus with a new label and without LOC."""
    document = annotated(OTHER.strip())
    tags = ["O"] * len(document.text)
    for one in document.entities:
        tags[one.start : one.end] = [f"I-{one.label}"] * (one.end - one.start)
        tags[one.start] = f"B-{one.label}"
    rows = "".join(f"{a}\t{b}\n" for a, b in zip(document.text, tags, strict=True))
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "all.bio").write_text(f"{rows}\n" * 4, encoding="utf-8")
    root = tmp_path / "corpus"
    return [f"data.root={root}", "data.train=all.bio", "data.dev=all.bio"]


def begun(tmp_path, *overrides):
    return Run(tiny_config(*overrides), tmp_path / "run", device="cpu")


def weights_of(model):
    return load_network(model, read_description(model)).state_dict()


def test_a_run_begins_with_the_weights_of_the_model(tiny_run, tmp_path):
    run = begun(tmp_path, f"init_from={tiny_run}")
    expected, own = weights_of(tiny_run), run.task.network.state_dict()
    assert own.keys() == expected.keys()
    assert all(torch.equal(own[name], expected[name]) for name in own)
    judged = run.task.average.network.state_dict()
    assert all(torch.equal(judged[name], expected[name]) for name in own)


def test_weights_are_read_back_out_of_a_graph_in_eight_bits(tiny_run, tiny_int8):
    assert not (tiny_int8 / WEIGHTS).exists()
    expected, own = weights_of(tiny_run), weights_of(tiny_int8)
    assert own.keys() == expected.keys()
    for name, weight in own.items():
        allowed = 0.01 * float(expected[name].abs().max()) if weight.numel() else 0
        assert torch.allclose(weight, expected[name], rtol=0, atol=allowed), name
        assert weight.dtype == expected[name].dtype


def test_a_graph_that_does_not_say_where_weights_stand_is_refused(tiny_int8, tmp_path):
    import onnx

    folder = shutil.copytree(tiny_int8, tmp_path / "light")
    graph = onnx.load(folder / GRAPH)
    kept = [one for one in graph.metadata_props if one.key == "ner"]
    del graph.metadata_props[:]
    graph.metadata_props.extend(kept)
    onnx.save(graph, folder / GRAPH)
    with pytest.raises(ModelError, match="does not say where the network's weights stand"):
        load_network(folder, read_description(folder))
    (folder / GRAPH).write_bytes(b"no graph")
    with pytest.raises(ModelError, match="model.onnx: damaged"):
        load_network(folder, read_description(folder))


def test_known_tags_keep_their_rows_and_new_ones_begin_anew(tiny_run, other, tmp_path):
    run = begun(tmp_path, *other, f"init_from={tiny_run}")
    fresh = begun(tmp_path, *other)
    old, new = ner.load(tiny_run, runtime="torch").tags, list(run.task.tags)
    assert run.description.labels == ("CITY", "ORG", "PER")
    before, own = weights_of(tiny_run), run.task.network.state_dict()
    for tag in ("O", "B-PER", "E-ORG"):
        here, there = new.index(tag), list(old).index(tag)
        assert torch.equal(
            own["decoder.linear.weight"][here], before["decoder.linear.weight"][there]
        )
        stay = own["decoder.crf.transitions"][here, here]
        assert stay == before["decoder.crf.transitions"][there, there]
    rules = fresh.task.network.state_dict()["decoder.crf.transitions"] < -9000
    assert torch.equal(own["decoder.crf.transitions"] < -9000, rules)
    told = " ".join(run.remarks)
    assert "labels that the model did not know begin anew: CITY" in told
    assert "labels of the model that train lacks are given up: LOC" in told


def test_labels_of_another_name_begin_as_the_models(tiny_run, other, tmp_path):
    renamed = "init_labels={CITY: LOC, ORG: LOC}"
    run = begun(tmp_path, *other, f"init_from={tiny_run}", renamed)
    old, new = ner.load(tiny_run, runtime="torch").tags, list(run.task.tags)
    before, own = weights_of(tiny_run), run.task.network.state_dict()
    as_before = {"CITY": "LOC", "ORG": "LOC", "PER": "PER"}
    names = [tag[:2] + as_before.get(tag[2:], "") for tag in new]
    places = torch.tensor([list(old).index(name) for name in names])
    for name in ("linear.weight", "linear.bias", "crf.start_transitions", "crf.end_transitions"):
        assert torch.equal(own[f"decoder.{name}"], before[f"decoder.{name}"][places])
    transitions = own["decoder.crf.transitions"]
    taken = before["decoder.crf.transitions"][places[:, None], places]
    for here, first in enumerate(new):
        for there, second in enumerate(new):
            found = transitions[here, there]
            assert (found < -9000) == (not legal(first, second, scheme="BIOES"))
            if legal(first, second, scheme="BIOES"):
                assert found == taken[here, there]
    told = " ".join(run.remarks)
    assert "labels that begin as others of the model: CITY as LOC, ORG as LOC" in told
    assert "begin anew" not in told
    assert "labels of the model that train lacks are given up: ORG" in told


def test_a_name_that_is_nowhere_is_told(tiny_run, other, tmp_path):
    message = "init_labels.CITY: the model has no label GPE, only LOC, ORG, PER"
    with pytest.raises(ConfigError, match=message):
        begun(tmp_path, *other, f"init_from={tiny_run}", "init_labels={CITY: GPE}")
    run = begun(tmp_path, *other, f"init_from={tiny_run}", "init_labels={GPE: LOC}")
    assert "warning: init_labels names labels that train lacks: GPE" in run.remarks


def test_names_of_labels_want_a_model(other):
    with pytest.raises(ConfigError, match="init_labels: got .*: there is no init_from"):
        tiny_config(*other, "init_labels={CITY: LOC}")


def test_the_vocabulary_is_the_models_and_what_it_lacks_is_told(tiny_run, other, tmp_path):
    changes = (f"init_from={tiny_run}", "features.normalise=[]")
    run = begun(tmp_path, *other, *changes)
    assert any("unknown characters" in one for one in run.remarks)
    own = read_description(tiny_run).featurizer
    assert run.description.featurizer.vocabulary.names == own.vocabulary.names
    assert run.config.features.normalise == own.settings.normalise
    assert any(one.startswith("init_from: the model's settings count") for one in run.remarks)
    assert any("features.normalise" in one for one in run.remarks)


def test_characters_and_bigrams_that_only_train_has_begin_as_unknown_if_so_told(other, tmp_path):
    first, _ = train(tiny_config("features.bigrams=true"), tmp_path / "first", stop_after=1)
    run = begun(tmp_path, *other, f"init_from={first.folder}", "init_names=1")
    before, after = read_description(first.folder).featurizer, run.description.featurizer
    for name in ("characters", "bigrams"):
        had, has = before.channels[name].vocabulary, after.channels[name].vocabulary
        new = has.names[had.learned : has.learned]
        assert new and set(new).isdisjoint(had.names)
        assert (*has.names[: had.learned], *has.names[has.learned :]) == had.names
        assert f"{len(new):,} {name} that the model did not know are learned, too" in run.remarks
    text = OTHER.replace("[", "").replace("]", "")
    old, grown = load_network(first.folder, read_description(first.folder)), run.task.network
    inputs = [Inputs.of(collate([one(text)]), "cpu") for one in (before, after)]
    vectors = [
        network.eval().embedding(own) for network, own in zip((old, grown), inputs, strict=True)
    ]
    assert torch.equal(*vectors)


def test_rare_names_of_train_stay_unknown_where_more_of_each_is_asked(tiny_run, other, tmp_path):
    run = begun(tmp_path, *other, f"init_from={tiny_run}", "init_names=5")
    assert any("unknown characters" in one for one in run.remarks)
    assert not any("did not know are learned" in one for one in run.remarks)


def test_what_is_frozen_gets_no_new_names(other, tmp_path):
    frozen = ("features.bigrams=true", "model.embedding.frozen=[bigrams]")
    first, _ = train(tiny_config(*frozen), tmp_path / "first", stop_after=1)
    run = begun(tmp_path, *other, f"init_from={first.folder}", "init_names=1")
    own, description = run.description.featurizer, read_description(first.folder)
    assert own.channels["bigrams"].vocabulary.names == (
        description.featurizer.channels["bigrams"].vocabulary.names
    )
    assert any("characters that the model did not know" in one for one in run.remarks)


def test_what_shapes_the_network_is_the_models_and_the_rest_the_configs(tiny_run):
    config = tiny_config(
        *("model.encoder.size=64", "model.encoder.dropout=0.4", "features.max_length=32"),
        *("model.attention={heads: 2, head_size: 8, dropout: 0.3}", "model.scheme=BIO"),
        f"init_from={tiny_run}",
    )
    merged, told = taken_over(config, Start.of(config))
    assert (merged.model.encoder.size, merged.model.encoder.dropout) == (16, 0.4)
    assert merged.model.attention[0].dropout == 0.3
    assert merged.features.max_length == 32
    assert merged.model.scheme == "BIOES"
    assert "model.encoder.size is 16, not 64" in told[0] and "model.scheme is BIOES" in told[0]
    assert merged.init_from == str(find(tiny_run).resolve())
    unsaid = load_config(TINY, [f"init_from={tiny_run}"])
    assert taken_over(unsaid, Start.of(unsaid))[1] == []


def test_a_run_that_began_with_a_model_goes_on_and_tells_of_it(tiny_run, other, tmp_path):
    settings = tiny_config(*other, f"init_from={tiny_run}", "training.epochs=2")
    train(settings, tmp_path / "whole")
    run, _ = train(settings, tmp_path / "halves", stop_after=1)
    again, rest = train(settings, tmp_path / "halves", resume=True)
    assert [epoch.number for epoch in rest] == [2]
    halves = [
        (tmp_path / name / "checkpoint.safetensors").read_bytes() for name in ("whole", "halves")
    ]
    assert halves[0] == halves[1]
    assert load_config(run.folder / CONFIG) == again.config
    assert f"began with the weights of `{tiny_run.name}/model`" in (
        again.model / "README.md"
    ).read_text(encoding="utf-8")
    without = tiny_config(*other, "training.epochs=2")
    with pytest.raises(ConfigError, match="the run to resume has other settings: .*init_from"):
        Run(without, run.folder, device="cpu", resume=True)


def test_what_has_no_weights_is_refused(tiny_run, tmp_path):
    folder = shutil.copytree(find(tiny_run), tmp_path / "bare")
    (folder / WEIGHTS).unlink()
    with pytest.raises(ModelError, match=r"weights\.safetensors: No such file"):
        begun(tmp_path, f"init_from={folder}")
    (folder / WEIGHTS).write_bytes((find(tiny_run) / WEIGHTS).read_bytes())
    about = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    about["settings"]["encoder"]["size"] = 32
    (folder / "model.json").write_text(json.dumps(about), encoding="utf-8")
    with pytest.raises(ModelError, match="not the weights of this model"):
        begun(tmp_path, f"init_from={folder}")
    with pytest.raises(ModelError, match="not a model or run folder"):
        begun(tmp_path, f"init_from={tmp_path / 'nowhere'}")
