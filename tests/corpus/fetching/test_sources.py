"""The table of public corpora: sound by itself, and true where the corpora are."""

import os
import re
from collections import Counter
from pathlib import Path, PurePosixPath

import pytest

from ner.config import load_config
from ner.corpus.fetching.digests import digest
from ner.corpus.fetching.sources import SHA256, SOURCES, on_github

ROOT = Path(__file__).parents[3]
CORPORA = os.environ.get("NER_CORPORA")
FILES = [file for corpus in SOURCES.values() for file in corpus.files]
ARCHIVES = [corpus.archive for corpus in SOURCES.values() if corpus.archive]
URLS = [url for file in FILES + ARCHIVES for url in file.urls]

needs_corpora = pytest.mark.skipif(not CORPORA, reason="NER_CORPORA names no folder of corpora")


def test_no_two_files_have_one_place():
    counts = Counter(file.path for file in FILES + ARCHIVES)
    assert [path for path, count in counts.items() if count > 1] == []


@pytest.mark.parametrize("name", SOURCES)
def test_a_corpus_says_whose_it_is_and_stays_in_its_folder(name):
    corpus = SOURCES[name]
    assert all((corpus.title, corpus.citation, corpus.licence, corpus.files))
    assert corpus.stated.startswith("https://")
    for file in corpus.files:
        path = PurePosixPath(file.path)
        assert path.parts[0] == name
        assert ".." not in path.parts


@pytest.mark.parametrize("url", URLS)
def test_an_address_is_https_and_needs_no_escapes(url):
    assert re.fullmatch(r"https://[a-z.]+(/[\w.-]+)+", url)


@pytest.mark.parametrize("name", SOURCES)
def test_a_file_has_an_address_or_an_archive_or_words_that_say_how_to_get_it(name):
    corpus = SOURCES[name]
    if not corpus.archive:
        assert bool(corpus.by_hand) == any(not file.urls for file in corpus.files)
    else:
        assert corpus.archive.urls
        assert all(file.member and not file.urls for file in corpus.files)


def test_what_is_known_is_known_of_files_that_are_in_the_table():
    assert set(SHA256) <= {file.path for file in FILES}
    assert all(re.fullmatch("[0-9a-f]{64}", known) for known in SHA256.values())
    assert all((file.sha256 is None) == (file.size is None) for file in FILES)


def test_a_folder_comes_in_an_archive():
    packed = {file.path for corpus in SOURCES.values() if corpus.archive for file in corpus.files}
    assert {file.path for file in FILES if file.folder} <= packed


@pytest.mark.parametrize(
    "recipe", sorted((ROOT / "configs").glob("*.yaml")), ids=lambda one: one.stem
)
def test_every_file_that_a_recipe_names_is_in_the_table(recipe):
    data = load_config(recipe).data
    if data.root:
        pytest.skip("its corpus is in the repository")
    named = {name for name in (data.train, data.dev, data.test) if name is not None}
    assert named <= {file.path for file in SOURCES[recipe.stem.split("-")[0]].files}
    assert all(SHA256[name] for name in named)


def test_what_is_said_of_msra_trains_on_what_can_be_fetched():
    overrides = re.findall(r"--set (\S+)", SOURCES["msra"].by_hand)
    data = load_config(ROOT / "configs/msra.yaml", overrides).data
    public = {file.path for file in SOURCES["msra"].files if file.urls}
    assert {data.train, data.test} == public
    assert data.dev is None


@needs_corpora
@pytest.mark.parametrize("file", [one for one in FILES if one.sha256], ids=lambda one: one.path)
def test_digest_and_size_are_those_of_the_files_of_the_figures(file):
    path = Path(CORPORA) / file.path
    if not path.exists():
        pytest.skip(f"{path} is not there")
    parts = path.iterdir() if file.folder else [path]
    assert (digest(path), sum(one.stat().st_size for one in parts)) == (file.sha256, file.size)


def test_a_file_on_github_has_its_own_name_there():
    file = on_github("own/a.bio", "who/what/v1/data/x", 7, copy="else/where/v2")
    assert file.urls == (
        "https://raw.githubusercontent.com/who/what/v1/data/x/a.bio",
        "https://raw.githubusercontent.com/else/where/v2/a.bio",
    )
    assert (file.member, file.size, file.sha256) == ("data/x/a.bio", 7, None)
    assert on_github("own/a.bio", "who/what/v1").member == "a.bio"
