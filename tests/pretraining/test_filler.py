"""Transformers that fill in: their scores, what is new in them, which ones are refused."""

import json
import shutil

import pytest
import torch
from pretrained import PLACES

from ner.errors import ConfigError
from ner.pretraining.source import load


@pytest.fixture
def folder(bert, tmp_path):
    """A copy of the tiny BERT's folder, to be spoilt."""
    return shutil.copytree(bert, tmp_path / "bert")


def changed(path, **values):
    data = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**data, **values}), encoding="utf-8")


def refusal(folder):
    with pytest.raises(ConfigError) as raised:
        load(str(folder), seed=1)
    place = f"--transformer: {folder}: "
    assert str(raised.value).startswith(place)
    return str(raised.value).removeprefix(place)


def test_the_scores_in_the_holes_are_the_full_scores_there(filler):
    filler.model.eval()
    ids = torch.randint(5, 40, (3, 12), generator=torch.Generator().manual_seed(1))
    holes = torch.zeros(3, 12, dtype=torch.bool)
    holes[0, 3:5] = holes[2, 11] = True
    with torch.no_grad():
        own = filler.scores(ids, holes)
        full = filler.model(input_ids=ids).logits
    assert full.shape == (3, 12, 40)
    torch.testing.assert_close(own, full[holes])


def test_scores_that_fail_leave_no_hook(filler):
    with pytest.raises(IndexError):
        filler.scores(torch.full((1, 4), 5), torch.ones(1, 9, dtype=torch.bool))
    assert filler.model(input_ids=torch.full((1, 4), 5)).logits.shape == (1, 4, 40)


def test_what_the_folder_lacks_of_a_head_is_new_and_drawn_by_the_seed(bert, filler):
    names = {name for name, _ in filler.model.named_parameters()}
    assert filler.new and all(name.startswith("cls.predictions.") for name in filler.new)
    assert filler.new & names == {name for name in names if name.startswith("cls.")}
    dense = "cls.predictions.transform.dense.weight"
    own, again, other = (load(str(bert), seed=seed).model.state_dict()[dense] for seed in (1, 1, 2))
    assert torch.equal(own, again) and not torch.equal(own, other)


def test_a_filler_knows_its_tokeniser_s_special_pieces(bert, filler):
    assert (filler.name, filler.around, filler.mask) == (bert.name, ([2], [3]), 4)
    assert (filler.special, filler.longest) == ([0, 1, 2, 3, 4], PLACES)


def test_a_decoder_is_refused_by_its_name(folder):
    data = {"model_type": "gpt2", "n_embd": 8, "n_layer": 1, "n_head": 2, "vocab_size": 60_000}
    (folder / "config.json").write_text(json.dumps(data), encoding="utf-8")
    assert refusal(folder) == "expected an encoder that fills in masked pieces, got gpt2"


def test_an_encoder_with_a_decoder_is_refused_by_its_name(folder):
    (folder / "config.json").write_text('{"model_type": "bart"}', encoding="utf-8")
    assert refusal(folder) == "expected an encoder, got bart"


def test_a_folder_without_a_tokeniser_is_refused(folder):
    for path in folder.glob("tokenizer*"):
        path.unlink()
    assert refusal(folder).startswith("no fast tokeniser that can be read: ")


def test_a_tokeniser_without_a_mask_is_refused(folder):
    changed(folder / "tokenizer_config.json", mask_token=None)
    assert refusal(folder) == "its tokeniser has no mask"


def test_a_tokeniser_with_more_pieces_than_the_model_is_refused(folder):
    changed(folder / "config.json", vocab_size=30)
    assert refusal(folder).endswith("40 pieces, but the config knows 30")


def test_a_folder_without_weights_is_refused(folder):
    (folder / "model.safetensors").unlink()
    assert refusal(folder).startswith("no weights that can be read: ")


def test_a_folder_that_lacks_a_layer_is_refused(folder):
    changed(folder / "config.json", num_hidden_layers=4)
    assert refusal(folder).startswith("it lacks weights: bert.encoder.layer.3.")


def test_an_empty_folder_is_refused(tmp_path):
    assert refusal(tmp_path).startswith("no config of a transformer that can be read: ")
