"""``ner errors``: the most frequent mistakes, as text and as JSON."""

import json

from trained import SAMPLE

TEST = SAMPLE / "test.bio"


def test_kinds_and_counts_agree_with_the_scores(command, tiny_run):
    found = json.loads(command("errors", tiny_run, TEST, "--json", "--limit", "1000").out)
    scored = json.loads(command("evaluate", tiny_run, TEST, "--json").out)
    assert found["gold"] == scored["overall"]["support"]
    assert found["errors"] == sum(scored["errors"]["kinds"].values()) > 0
    listed = sum(m["number"] for one in found["mentions"].values() for m in one["listed"])
    assert listed == found["errors"] == sum(one["number"] for one in found["labels"])


def test_the_text_says_what_it_leaves_out_and_where_examples_stand(command, tiny_run):
    found = command("errors", tiny_run, TEST, "--limit", "1")
    assert found.code == 0
    assert "… and " in found.out and f"{TEST}:" in found.out


def test_a_file_without_entities_is_an_error(command, tiny_run, tmp_path):
    path = tmp_path / "a.bio"
    path.write_text("雨\tO\n", encoding="utf-8")
    assert "no entity is annotated in it" in command("errors", tiny_run, path).message
