"""Settings: what a file and its overrides may say, and what is answered when they are wrong."""

from functools import reduce
from operator import attrgetter
from pathlib import Path

import pytest
import yaml
from pydantic import ValidationError

from ner.config import build, dump, load_config, portable, resolved
from ner.errors import ConfigError
from ner.settings import Config, LexiconSettings, SoftSettings, SwapSettings

ROOT = Path(__file__).parents[1]
LEAST = "data: {train: train.bio}\n"


@pytest.fixture
def load(tmp_path, monkeypatch):
    """Loads settings out of text, in a folder of its own."""
    monkeypatch.delenv("NER_CORPORA", raising=False)
    monkeypatch.chdir(tmp_path)
    place = tmp_path / "recipes" / "own.yaml"
    place.parent.mkdir()

    def write_and_load(text=LEAST, *overrides):
        place.write_text(text, encoding="utf-8")
        return load_config(place, overrides)

    return write_and_load


def refused(load, *arguments):
    with pytest.raises(ConfigError) as raised:
        load(*arguments)
    return str(raised.value)


def test_a_training_file_is_all_that_must_be_said(load):
    assert load() == Config(data={"train": "train.bio"})


@pytest.mark.parametrize("path", sorted((ROOT / "configs").glob("*.yaml")), ids=lambda p: p.name)
def test_the_recipes_are_right(path):
    assert load_config(path).data.train


@pytest.mark.parametrize(
    "override, said",
    [
        ("trainning.epochs=3", "trainning: unknown setting (known: augmentation, data, features, "),
        ("trainning.epochs=3", "did you mean 'training'?)"),
        ("training.epoch=3", "training.epoch: unknown setting"),
        ("training.epoch=3", "did you mean 'epochs'?)"),
        (
            "model.attention.head=3",
            "model.attention.head (soft): unknown setting (known: dropout, ",
        ),
        ("model.attention.head=3", "did you mean 'heads'?)"),
        ("data.zzz=3", "data.zzz: unknown setting (known: "),
    ],
)
def test_an_unknown_setting_names_the_known_and_the_nearest(load, override, said):
    assert said in refused(load, LEAST, override)


@pytest.mark.parametrize(
    "override, said",
    [
        ("training.epochs=many", "training.epochs: got 'many': Input should be a valid integer"),
        ("training.epochs=0", "training.epochs: got 0: Input should be greater than or equal to 1"),
        ("training.epochs=2.5", "training.epochs: got 2.5: Input should be a valid integer"),
        ("data.dev_share=1", "data.dev_share: got 1: Input should be less than 1"),
        ("data.train=[a, 1]", "data.train: got ['a', 1]: Value error, expected a file or a list"),
        ("encoder=3", "encoder: unknown setting"),
        ("model.encoder=3", "model.encoder: got 3: Input should be"),
        ("model.encoder.size=7", "model.encoder.size: got 7: Input should be a multiple of 2"),
        ("model.scheme=IOB1", "model.scheme: got 'IOB1': Input should be 'BIO', 'BIOES', "),
        ("features.normalise=[case,with]", "features.normalise.1: got 'with': Input should be"),
        ("training.epochs=true", "training.epochs: got True: Input should be a valid integer"),
        ("training.epochs='3'", "training.epochs: got '3': Input should be a valid integer"),
        ("features.limits.words=true", "features.limits.words: got True: Input should be a valid"),
        ("features.bigrams=1", "features.bigrams: got 1: Input should be a valid boolean"),
        ("features.bigrams='yes'", "features.bigrams: got 'yes': Input should be a valid boolean"),
        ("features.segmentation=1", "features.segmentation.bool: got 1: Input should be a valid"),
        ("training.clip=true", "training.clip: got True: Input should be a valid number"),
        ("training.clip=.inf", "training.clip: got inf: Input should be a finite number"),
        ("training.clip=nan", "training.clip: got 'nan': Input should be a finite number"),
        ("seed.x=1", "seed: got {'x': 1}: Input should be a valid integer"),
    ],
)
def test_a_wrong_value_is_named_with_its_key(load, override, said):
    assert refused(load, LEAST, override).startswith(f"--set {override}: {said}")


def test_every_wrong_setting_is_named_at_once(load):
    message = refused(load, LEAST, "training.epochs=0", "training.clip=big")
    assert "training.epochs: got 0" in message
    assert "training.clip: got 'big'" in message


@pytest.mark.parametrize("value", ["[]", "7", "{a: b}", "[a, [b]]", "null"])
def test_files_are_a_name_or_a_list_of_names(load, value):
    assert load(LEAST, "data.train=[a.bio, b.bio]").data.train == ("a.bio", "b.bio")
    assert load(LEAST, "data.dev=[a.bio]").data.paths(("a.bio",)) == [Path("corpora/a.bio")]
    assert "data.train: got " in refused(load, LEAST, f"data.train={value}")


@pytest.mark.parametrize("text, key", [("seed: 3", "data"), ("data: {dev: dev.bio}", "data.train")])
def test_a_missing_setting_is_named(load, text, key):
    assert refused(load, text).endswith(f"own.yaml: {key}: missing, it must be given")


@pytest.mark.parametrize("text", ["", "null", "3", "- data", "text"])
def test_a_file_that_holds_no_settings_is_refused(load, text):
    assert "own.yaml: expected settings like 'data:', got " in refused(load, text)


@pytest.mark.parametrize(
    "content", [b"data: [", b"\xff\xfe\xfd", b"a: b: c", b"\x00", b"seed: 2031-13-45"]
)
def test_a_file_that_is_no_yaml_is_refused(tmp_path, content):
    (tmp_path / "own.yaml").write_bytes(content)
    with pytest.raises(ConfigError, match="own.yaml: not YAML: "):
        load_config(tmp_path / "own.yaml")


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(ConfigError, match="nowhere.yaml: No such file"):
        load_config(tmp_path / "nowhere.yaml")
    with pytest.raises(ConfigError, match="directory"):
        load_config(tmp_path)


@pytest.mark.parametrize(
    "override, read",
    [
        ("seed=7", lambda config: config.seed == 7),
        (" seed = 7", lambda config: config.seed == 7),
        ("data.train='7'", lambda config: config.data.train == "7"),
        ("data.train=a=b.bio", lambda config: config.data.train == "a=b.bio"),
        ("features.normalise=[width]", lambda config: config.features.normalise == ("width",)),
        ("features.segmentation=true", lambda config: config.features.segmentation is True),
        ("model.attention={heads: 2}", lambda config: config.model.attention[0].heads == 2),
        ("model.attention.heads=2", lambda config: config.model.attention[0].heads == 2),
        ("model.attention.kind=hard", lambda config: config.model.attention[0].kind == "hard"),
        ("model.attention=[{}, {}]", lambda config: len(config.model.attention) == 2),
        ("model.attention=none", lambda config: config.model.attention == ()),
        ("model.attention=null", lambda config: config.model.attention == ()),
        ("model.decoder=softmax", lambda config: config.model.decoder.kind == "softmax"),
        ("model.decoder.kind=softmax", lambda config: config.model.decoder.kind == "softmax"),
        ("training.learning_rate=1e-4", lambda config: config.training.learning_rate == 1e-4),
    ],
)
def test_an_override_is_a_key_and_a_yaml_value(load, override, read):
    assert not read(load())
    assert read(load(LEAST, override))


def test_a_later_override_wins_over_an_earlier_and_over_the_file(load):
    assert load("seed: 5\n" + LEAST, "seed=6", "seed=7").seed == 7
    assert load("data: {train: a.bio, dev: b.bio}\n", "data.dev=").data.dev is None
    config = load(LEAST, "model.attention=none", "model.attention.heads=2")
    assert config.model.attention == (SoftSettings(heads=2),)


@pytest.mark.parametrize(
    ("written", "override", "read"),
    [
        (
            "model: {decoder: softmax}",
            "model.decoder.smoothing=0.1",
            lambda config: (
                (config.model.decoder.kind, config.model.decoder.smoothing) == ("softmax", 0.1)
            ),
        ),
        (
            "model: {attention: hard}",
            "model.attention.heads=2",
            lambda config: (
                (config.model.attention[0].kind, config.model.attention[0].heads) == ("hard", 2)
            ),
        ),
        (
            "model: {decoder: {kind: seq2seq, attention: hard}}",
            "model.decoder.attention.heads=2",
            lambda config: config.model.decoder.attention.kind == "hard",
        ),
        (
            "model: {embedding: {transformer: some/bert}}",
            "model.embedding.transformer.freeze=true",
            lambda config: config.model.embedding.transformer.path == "some/bert",
        ),
        (
            "augmentation: {kinds: swap}",
            "augmentation.kinds.rate=0.2",
            lambda config: config.augmentation.kinds == (SwapSettings(rate=0.2),),
        ),
        (
            "features: {lexicon: jieba}",
            "features.lexicon.longest=7",
            lambda config: config.features.lexicon == LexiconSettings(longest=7),
        ),
    ],
)
def test_an_override_in_a_group_that_is_written_short_keeps_what_is_written(
    load, written, override, read
):
    assert read(load(f"{LEAST}{written}\n", override))


NULLABLE = (
    *("init_from", "data.dev", "data.test", "data.position_digits", "data.labelled", "data.fold"),
    *("features.lexicon", "features.limits.characters", "features.limits.words"),
    *("model.encoder", "model.embedding.transformer"),
)
LISTS = (
    *("features.normalise", "features.lexicon.files", "model.embedding.vectors"),
    *("model.embedding.frozen", "model.attention", "augmentation.kinds"),
)


@pytest.mark.parametrize("key", [*NULLABLE, *LISTS])
def test_none_leaves_out_what_can_be_left_out_as_null_does(load, key):
    expected = () if key in LISTS else None
    for written in ("none", "null"):
        assert attrgetter(key)(load(LEAST, f"{key}={written}")) == expected
    raw = yaml.safe_load(LEAST)
    *groups, last = key.split(".")
    reduce(lambda group, name: group.setdefault(name, {}), groups, raw)[last] = "none"
    assert attrgetter(key)(load(yaml.safe_dump(raw))) == expected


def test_what_must_be_there_may_be_called_none(load):
    assert load(LEAST, "data.train=none").data.train == "none"


@pytest.mark.parametrize("override", ["seed", "=3", "training.=3", "", ".=1"])
def test_an_override_of_another_form_is_refused(load, override):
    assert refused(load, LEAST, override).startswith(f"--set {override}: expected KEY=VALUE like ")


@pytest.mark.parametrize("value", ["[", "a: b: c", "2031-13-45"])
def test_an_override_whose_value_is_no_yaml_is_refused(load, value):
    message = refused(load, LEAST, f"data.dev={value}")
    assert message.startswith(f"--set data.dev={value}: not a YAML value: ")


@pytest.mark.parametrize("written", ["1e-4", "'0.0001'", "0.0001", "1.0e-4"])
def test_a_float_is_a_float_however_yaml_reads_it(load, written):
    config = load(f"{LEAST}training: {{learning_rate: {written}}}\n")
    assert config.training.learning_rate == 1e-4
    assert isinstance(yaml.safe_load("1e-4"), str)  # this is why


@pytest.mark.parametrize("key", ["model.attention.heads", "model.attention.1.heads"])
def test_an_override_inside_a_stack_is_refused(load, key):
    message = refused(load, f"{LEAST}model: {{attention: [{{}}, {{}}]}}\n", f"{key}=2")
    assert message == f"--set {key}=2: attention is a list here: set the whole of it"


def test_whole_numbers_are_floats_too(load):
    assert load(LEAST, "training.clip=3").training.clip == 3.0


def test_labels_without_a_model_are_refused_by_their_key(load):
    message = refused(load, LEAST, "init_labels={a: b}")
    assert message.endswith(
        'own.yaml: init_labels: got {"a": "b"}: there is no init_from, the '
        "model whose labels they would be"
    )


def test_context_without_attention_is_refused(load):
    message = refused(load, LEAST, "features.context=2", "model.attention=none")
    assert "own.yaml: features.context: got 2: only attention looks at the sentences" in message
    assert load(LEAST, "features.context=2").features.context == 2
    assert load(LEAST, "features.context=0", "model.attention=none").model.attention == ()


@pytest.mark.parametrize(
    "overrides",
    [
        [],
        ["model.attention=none", "features.normalise=[]", "data.dev=语料/dev.bio"],
        ["training.learning_rate=1e-7", "training.weight_decay=0", "data.train='no'"],
        ["data.root=corpora", "features.segmentation=true", "training.mixed_precision='no'"],
    ],
)
def test_what_is_dumped_loads_to_equal_settings(load, overrides):
    config = resolved(load(LEAST, *overrides))
    assert load(dump(config)) == config
    assert build(yaml.safe_load(dump(config)), "dumped") == config


def test_a_root_in_the_file_counts_from_the_files_folder(load, tmp_path):
    data = load("data: {root: ../corpora/own, train: a.bio}\n").data
    assert data.path("a.bio").resolve() == tmp_path / "corpora" / "own" / "a.bio"
    data = load("data: {root: /else/where, train: a.bio}\n").data
    assert data.path("a.bio") == Path("/else/where/a.bio")


def test_a_root_in_an_override_counts_from_the_working_folder(load):
    config = load("data: {root: ../corpora, train: a.bio}\n", "data.root=own")
    assert config.data.path("a.bio") == Path("own/a.bio")


def test_without_a_root_the_corpora_are_where_the_environment_says(load, monkeypatch, tmp_path):
    config = load("data: {train: own/a.bio}\n")
    assert config.data.path("own/a.bio") == Path("corpora/own/a.bio")
    monkeypatch.setenv("NER_CORPORA", str(tmp_path / "all"))
    assert config.data.path("own/a.bio") == tmp_path / "all" / "own" / "a.bio"
    assert load("data: {root: mine, train: a.bio}\n").data.path("a.bio").parent.name == "mine"


def test_resolved_settings_mean_the_same_anywhere(load, monkeypatch, tmp_path):
    config = load(LEAST, "data.root=own")
    whole = resolved(config)
    monkeypatch.chdir("/")
    monkeypatch.setenv("NER_CORPORA", "/else/where")
    assert whole.data.path("train.bio") == tmp_path / "own" / "train.bio"
    assert whole.model == config.model


def test_settings_cannot_be_changed(load):
    config = load()
    with pytest.raises(ValidationError, match="frozen"):
        config.training.epochs = 3


EMBEDDING = "data: {train: a.bio}\nmodel: {embedding: %s}\n"


@pytest.mark.parametrize("shape", ["{transformer: %s}", "{transformer: {path: %s}}"])
def test_a_transformers_folder_counts_from_the_file_and_a_hubs_name_stays(tmp_path, shape):
    (tmp_path / "own" / "bert").mkdir(parents=True)
    place = tmp_path / "own" / "c.yaml"
    for given, meant in (("bert", str(tmp_path / "own" / "bert")), ("google/bert", "google/bert")):
        place.write_text(EMBEDDING % shape % given, encoding="utf-8")
        assert load_config(place).model.embedding.transformer.path == meant


@pytest.mark.parametrize("vectors", ["v.safetensors", "[v.safetensors]"])
def test_vectors_in_a_file_count_from_it_and_those_of_an_override_do_not(tmp_path, vectors):
    place = tmp_path / "c.yaml"
    place.write_text(EMBEDDING % f"{{vectors: {vectors}}}", encoding="utf-8")
    assert load_config(place).model.embedding.vectors == (str(tmp_path / "v.safetensors"),)
    changed = load_config(place, ["model.embedding.vectors=w.safetensors"])
    assert changed.model.embedding.vectors == ("w.safetensors",)


def test_resolved_paths_mean_the_same_from_any_folder(tmp_path, monkeypatch):
    (tmp_path / "bert").mkdir()
    place = tmp_path / "c.yaml"
    place.write_text(EMBEDDING % "{vectors: v, transformer: bert}", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    embedding = resolved(load_config("c.yaml")).model.embedding
    assert embedding.vectors == (str(tmp_path / "v"),)
    assert embedding.transformer.path == str(tmp_path / "bert")


def test_what_is_portable_has_names_and_no_places(tmp_path):
    (tmp_path / "bert").mkdir()
    place = tmp_path / "c.yaml"
    place.write_text(EMBEDDING % "{vectors: [v, w], transformer: bert}", encoding="utf-8")
    changes = [
        f"data.root={tmp_path / 'corpora'}",
        f"data.dev={tmp_path / 'dev.bio'}",
        f"data.labelled={{file: [{tmp_path / 'more.jsonl'}, sub/own.jsonl]}}",
        f"augmentation.kinds=[mention, {{kind: words, file: {tmp_path / 'words.tsv'}}}]",
        f"init_from={tmp_path / 'runs' / 'one' / 'model'}",
    ]
    config = portable(load_config(place, changes))
    assert str(tmp_path) not in dump(config)
    assert (config.data.root, config.data.dev) == ("corpora", "dev.bio")
    assert config.data.labelled.file == ("more.jsonl", "sub/own.jsonl")
    assert config.augmentation.kinds[1].file == "words.tsv"
    assert config.init_from == "one/model"
    assert config.model.embedding.vectors == ("v", "w")
    assert config.model.embedding.transformer.path == "bert"
    hub = load_config(place, ["model.embedding.transformer=google/bert", 'data.root=""'])
    assert portable(hub).model.embedding.transformer.path == "google/bert"
    assert portable(hub).data.root == ""


def test_what_an_override_says_is_not_the_files_fault(load):
    message = refused(load, LEAST, "training.epoch=1", "seed=x")
    assert message.startswith("--set seed=x: seed: got 'x'")
    assert "\n  --set training.epoch=1: training.epoch: unknown setting" in message
    both = refused(load, LEAST + "sed: 1\n", "training.epochs=")
    assert "own.yaml: sed: unknown setting" in both
    assert "--set training.epochs=: training.epochs: got None" in both


def test_a_key_that_is_there_twice_is_refused_with_its_lines(load):
    message = refused(load, LEAST + "training: {epochs: 0}\ntraining: {epochs: 3}\n")
    assert "own.yaml: not YAML: the key 'training' is there twice, first in line 2" in message
    assert "line 3, column 1" in message


def test_merged_keys_may_be_there_again(load):
    text = "data: &data {train: a.bio}\ntraining:\n  <<: {epochs: 4}\n  epochs: 5\n"
    assert load(text).training.epochs == 5


@pytest.mark.parametrize("text", ["{train: a.bio, train: b.bio}", "{[a]: 1, train: a.bio}"])
def test_odd_keys_are_errors_in_words(load, text):
    assert "own.yaml: " in refused(load, f"data: {text}\n")
