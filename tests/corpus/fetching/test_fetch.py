"""A corpus to its place: what is checked, what is left alone, what is said."""

import hashlib
import shutil
from collections import Counter

import pytest
from servers import LOCAL, cut, rest, running, status, whole
from test_archives import MAKERS, laid_out, zipped

from ner.corpus.fetching import extraction, sources
from ner.corpus.fetching.digests import digest
from ner.corpus.fetching.fetch import (
    BY_HAND,
    FAILED,
    FETCHED,
    LACKING,
    THERE,
    Options,
    fetch,
    mirrored,
)
from ner.corpus.fetching.sources import Corpus, File

TRAIN, DEV = "阿\tB-PER\n梨\tI-PER\n".encode() * 999, "泉\tB-LOC\n".encode()
TEXTS = {"1.txt": "阿梨来了".encode(), "1.ann": b"T1\tPER 0 2\t..\n", "2.txt": b"x"}
SHA256 = {"own/train.bio": hashlib.sha256(TRAIN).hexdigest()}
LISTING = "".join(f"{hashlib.sha256(TEXTS[name]).hexdigest()}  {name}\n" for name in sorted(TEXTS))
FOLDER = hashlib.sha256(LISTING.encode()).hexdigest()


@pytest.fixture(autouse=True)
def known(monkeypatch):
    """The table knows train and the folder of texts, and nothing of dev."""
    monkeypatch.setattr(sources, "SHA256", {**SHA256, "own/texts": FOLDER})


@pytest.fixture
def site():
    with running() as one:
        yield one


@pytest.fixture
def root(tmp_path):
    return tmp_path / "corpora"


def corpus_of(*files, archive=None):
    return Corpus("Own", "Nobody (2024)", "CC0", "here", files, archive, by_hand="write it")


def outcomes(corpus, root, **options):
    made = Options(**{"connection": LOCAL, **options})
    return list(fetch(corpus, root, made, lambda done, total: None))


def states(found):
    return [(one.file.path, one.state) for one in found]


def hidden(root):
    return [path.name for path in root.rglob(".*")]


@pytest.fixture
def published(site):
    """A corpus of two files, one of them known."""

    def made(*train, dev=None):
        urls = (site.serve("/train", *train), site.serve("/dev", dev or whole(DEV)))
        return corpus_of(
            File("own/train.bio", urls[:1], "data/train.bio", len(TRAIN)),
            File("own/dev.bio", urls[1:], "data/dev.bio"),
        )

    return made


def test_files_come_to_their_places_and_nothing_else_stays(published, root):
    found = outcomes(published(whole(TRAIN)), root)
    assert states(found) == [("own/train.bio", FETCHED), ("own/dev.bio", FETCHED)]
    assert [one.path.read_bytes() for one in found] == [TRAIN, DEV]
    assert hidden(root) == []


def test_a_file_that_the_table_does_not_know_is_unchecked_and_its_digest_told(published, root):
    train, dev = outcomes(published(whole(TRAIN)), root)
    assert (train.unchecked, dev.unchecked) == (False, True)
    assert dev.sha256 == hashlib.sha256(DEV).hexdigest()


def test_what_is_there_and_right_is_left_alone(published, root, site):
    corpus = published(whole(TRAIN))
    outcomes(corpus, root)
    asked = len(site.asked)
    for force in (False, True):
        assert outcomes(corpus, root, force=force)[0].state == THERE
    assert [path for path, _ in site.asked[asked:]] == ["/dev"]  # by force, being unchecked


def test_a_wrong_content_is_not_kept_and_both_digests_are_said(published, root):
    wrong = TRAIN[::-1]
    train, dev = outcomes(published(whole(wrong)), root)
    url = train.file.urls[0]
    assert (train.state, dev.state) == (FAILED, FETCHED)
    assert train.problem == (
        f"{url}: SHA-256 of own/train.bio is {hashlib.sha256(wrong).hexdigest()},"
        f" expected {SHA256['own/train.bio']}: changed or damaged, not kept"
    )
    assert not train.path.exists()
    assert hidden(root) == []


def test_a_file_that_is_missing_stops_no_other(published, root):
    train, dev = outcomes(published(status(404)), root)
    assert (train.state, dev.state) == (FAILED, FETCHED)
    assert train.problem == f"{train.file.urls[0]}: the server answers 404 Not Found"


def test_a_second_address_helps_where_the_first_fails(site, root):
    for name, first in (("/a", status(404)), ("/b", whole(TRAIN[::-1]))):
        urls = (site.serve(name, first), site.serve(f"{name}2", whole(TRAIN)))
        (found,) = outcomes(corpus_of(File("own/train.bio", urls)), root)
        assert (found.state, found.path.read_bytes()) == (FETCHED, TRAIN)
        found.path.unlink()


def test_all_addresses_that_fail_are_said(site, root):
    urls = (site.serve("/a", status(404)), site.serve("/b", status(403)))
    (found,) = outcomes(corpus_of(File("own/train.bio", urls)), root)
    assert found.problem == (
        f"own/train.bio: {urls[0]}: the server answers 404 Not Found;"
        f" {urls[1]}: the server answers 403 Forbidden"
    )


def test_an_interrupted_fetch_is_gone_on_with(published, root, site):
    half = len(TRAIN) // 2
    broken = outcomes(published(cut(TRAIN, half, ETag='"1"'), status(404)), root)
    assert broken[0].state == FAILED
    assert hidden(root) == []  # the file is gone, so is what came of it
    corpus = published(cut(TRAIN, half, ETag='"1"'), rest(TRAIN))

    def stop(done, total):
        if done >= half:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(fetch(corpus, root, Options(connection=LOCAL), stop))
    assert sorted(hidden(root)) == [".train.bio.part", ".train.bio.part.from"]
    assert states(outcomes(corpus, root)) == [("own/dev.bio", THERE), ("own/train.bio", FETCHED)]
    assert (root / "own/train.bio").read_bytes() == TRAIN
    assert f"bytes={half}-" in site.ranges


def test_another_content_is_replaced_only_by_force(published, root):
    corpus = published(whole(TRAIN))
    laid_out(root, {"own/train.bio": b"mine", "own/dev.bio": b"mine too"})
    train, dev = outcomes(corpus, root)
    assert (train.state, dev.state, dev.unchecked) == (FAILED, THERE, True)
    assert train.problem == (
        f"{train.path}: there is another content (SHA-256 {hashlib.sha256(b'mine').hexdigest()},"
        f" expected {SHA256['own/train.bio']}); --force replaces it"
    )
    assert (train.path.read_bytes(), dev.path.read_bytes()) == (b"mine", b"mine too")
    found = outcomes(corpus, root, force=True)
    assert [(one.state, one.path.read_bytes()) for one in found] == [
        (FETCHED, TRAIN),
        (FETCHED, DEV),
    ]


def test_by_force_too_the_old_file_stays_until_the_new_one_is_checked(published, root):
    laid_out(root, {"own/train.bio": b"mine"})
    train = outcomes(published(whole(TRAIN[::-1])), root, force=True)[0]
    assert (train.state, train.path.read_bytes()) == (FAILED, b"mine")


@pytest.mark.parametrize("folder", [False, True])
def test_a_file_in_a_folder_s_place_is_said(root, folder):
    laid_out(root, {"own/train.bio/x": b""} if not folder else {"own/train.bio": b""})
    (found,) = outcomes(corpus_of(File("own/train.bio", folder=folder)), root, force=True)
    got, expected = ("a file", "a folder") if folder else ("a folder", "a file")
    assert (found.state, found.problem) == (FAILED, f"{found.path}: {got}, expected {expected}")


def test_a_file_without_an_address_is_by_hand_unless_it_is_there(root):
    corpus = corpus_of(File("own/train.bio", size=len(TRAIN)))
    assert states(outcomes(corpus, root)) == [("own/train.bio", BY_HAND)]
    laid_out(root, {"own/train.bio": TRAIN})
    assert states(outcomes(corpus, root)) == [("own/train.bio", THERE)]


def test_a_mirror_has_the_same_paths(site, root):
    corpus = corpus_of(File("own/train.bio", ("https://nowhere.invalid/a",)), File("own/dev.bio"))
    site.serve("/m/own/train.bio", whole(TRAIN))
    site.serve("/m?f=own/dev.bio", whole(DEV))
    first = outcomes(corpus, root, mirror=f"{site.url}/m/")
    assert states(first) == [("own/train.bio", FETCHED), ("own/dev.bio", LACKING)]
    second = outcomes(corpus, root, mirror=f"{site.url}/m?f={{path}}")
    assert states(second) == [("own/train.bio", THERE), ("own/dev.bio", FETCHED)]


def test_a_mirror_is_checked_like_the_source(site, root):
    site.serve("/own/train.bio", whole(TRAIN[::-1]))
    (found,) = outcomes(corpus_of(File("own/train.bio")), root, mirror=site.url)
    assert found.state == FAILED
    assert "changed or damaged" in found.problem


def test_a_mirror_that_lacks_a_file_of_the_figures_has_failed(site, root):
    (found,) = outcomes(corpus_of(File("own/train.bio")), root, mirror=site.url)
    assert found.state == FAILED


@pytest.mark.parametrize(
    "mirror, address",
    [
        ("https://a/b", "https://a/b/own/%E5%8F%A5.bio"),
        ("https://a/b/", "https://a/b/own/%E5%8F%A5.bio"),
        ("https://a/{path}?raw", "https://a/own/%E5%8F%A5.bio?raw"),
    ],
)
def test_a_mirror_s_address_is_a_prefix_or_a_template(mirror, address):
    assert mirrored(mirror, "own/句.bio") == address


PACKED = (File("own/train.bio", (), "train.bio"), File("own/texts", (), "r/Training", folder=True))
INSIDE = {"set/train.bio": TRAIN, **{f"set/r/Training/{name}": TEXTS[name] for name in TEXTS}}


@pytest.fixture
def archived(site, tmp_path):
    """A corpus that is published as a zip of these members."""

    def made(members=INSIDE, files=PACKED):
        zipped(tmp_path / "made.zip", members)
        url = site.serve("/own.zip", whole((tmp_path / "made.zip").read_bytes(), ETag='"1"'))
        return corpus_of(*files, archive=File("own/own.zip", (url,)))

    return made


def test_what_is_published_in_an_archive_is_taken_out_and_the_archive_removed(archived, root, site):
    found = outcomes(archived(), root)
    assert states(found) == [("own/train.bio", FETCHED), ("own/texts", FETCHED)]
    assert found[0].path.read_bytes() == TRAIN
    assert {path.name: path.read_bytes() for path in found[1].path.iterdir()} == TEXTS
    assert sorted(path.name for path in (root / "own").iterdir()) == ["texts", "train.bio"]
    assert states(outcomes(archived(), root)) == [("own/train.bio", THERE), ("own/texts", THERE)]
    assert len(site.asked) == 1


def test_an_archive_that_cannot_be_had_fails_all_its_files(archived, root, site):
    corpus = archived()
    site.serve("/own.zip", status(404))
    found = outcomes(corpus, root)
    assert Counter(one.state for one in found) == {FAILED: 2}
    assert {one.problem for one in found} == {
        f"{site.url}/own.zip: the server answers 404 Not Found"
    }


def test_a_damaged_archive_is_not_kept(archived, root, site):
    corpus = archived()
    site.serve("/own.zip", whole(b"no zip", ETag='"1"'))
    found = outcomes(corpus, root)
    assert Counter(one.state for one in found) == {FAILED: 2}
    assert "not a zip, tar or folder" in found[0].problem
    assert hidden(root) == []


def test_a_mirror_has_folders_in_the_archive_and_files_as_they_are(archived, root, site, tmp_path):
    corpus = archived()
    site.serve("/m/own/own.zip", whole((tmp_path / "made.zip").read_bytes()))
    site.serve("/m/own/train.bio", whole(TRAIN))
    assert {one.state for one in outcomes(corpus, root, mirror=f"{site.url}/m")} == {FETCHED}
    assert [path for path, _ in site.asked] == ["/m/own/train.bio", "/m/own/own.zip"]


@pytest.mark.parametrize("kind", MAKERS)
@pytest.mark.parametrize("top", ["", "own/", "somewhere/data/"])
def test_a_local_archive_or_folder_gives_the_same(tmp_path, root, kind, top):
    path = tmp_path / f"given.{kind}"
    texts = {f"{top}texts/{name}": TEXTS[name] for name in TEXTS}
    MAKERS[kind](path, {f"{top}train.bio": TRAIN, f"{top}other.bio": b"", **texts})
    files = (File("own/train.bio"), File("own/texts", (), "texts", folder=True), File("own/no"))
    found = outcomes(corpus_of(*files), root, archive=path)
    assert [one.state for one in found] == [FETCHED, FETCHED, LACKING]
    assert found[2].problem == f"{path}: has no own/no"
    assert digest(found[1].path) == FOLDER


def taken(tmp_path, root, members, *files):
    zipped(tmp_path / "given.zip", members)
    return outcomes(corpus_of(*files), root, archive=tmp_path / "given.zip")


def test_a_local_archive_is_checked_like_the_source(tmp_path, root):
    wrong = {"train.bio": TRAIN[::-1], "texts/1.txt": b"another"}
    found = taken(tmp_path, root, wrong, File("own/train.bio"), PACKED[1])
    train = found[0]
    assert train.problem.endswith(
        f"expected {SHA256['own/train.bio']}: changed or damaged, not kept"
    )
    assert [one.state for one in found] == [FAILED, FAILED]
    assert not root.exists() or list(root.rglob("*")) == [root / "own"]


def test_a_member_of_another_size_is_refused_before_it_is_read(tmp_path, root):
    (found,) = taken(tmp_path, root, {"train.bio": b"x"}, File("own/train.bio", size=len(TRAIN)))
    expected = f"own/train.bio has 1 bytes in it, expected {len(TRAIN):,}"
    assert found.problem == f"{tmp_path}/given.zip: {expected}"


def test_a_huge_member_is_refused_before_it_is_read(tmp_path, root, monkeypatch):
    monkeypatch.setattr(extraction, "LIMIT", 1000)
    folder = {f"texts/{number}": bytes(600) for number in range(2)}
    files = (File("own/dev.bio"), File("own/texts", (), "texts", folder=True))
    dev, texts = taken(tmp_path, root, {"dev.bio": bytes(1001), **folder}, *files)
    assert dev.problem.endswith("own/dev.bio has 1,001 bytes in it, expected at most 1,000")
    assert texts.problem.endswith("own/texts has 1,200 bytes in it, expected at most 1,000")


def test_a_name_that_several_members_have_is_said(tmp_path, root):
    members = {"x/dev.bio": b"1", "y/dev.bio": b"2"}
    (found,) = taken(tmp_path, root, members, File("own/dev.bio", (), "data/dev.bio"))
    assert (found.state, found.problem) == (
        FAILED,
        f"{tmp_path}/given.zip: has 2 that could be own/dev.bio or data/dev.bio, expected one:"
        " x/dev.bio, y/dev.bio",
    )


def test_a_folder_that_differs_is_replaced_by_force_and_own_files_in_it_stay(tmp_path, root):
    laid_out(root, {"own/texts/1.txt": b"mine", "own/texts/notes": b"mine"})
    texts = {f"texts/{name}": TEXTS[name] for name in TEXTS}
    file = File("own/texts", (), "texts", folder=True)
    zipped(tmp_path / "given.zip", texts)
    given = {"archive": tmp_path / "given.zip"}
    assert outcomes(corpus_of(file), root, **given)[0].state == FAILED
    assert (root / "own/texts/1.txt").read_bytes() == b"mine"
    assert outcomes(corpus_of(file), root, force=True, **given)[0].state == FETCHED
    there = {path.name: path.read_bytes() for path in (root / "own/texts").iterdir()}
    assert there == {**TEXTS, "notes": b"mine"}
    assert hidden(root) == []


def test_an_empty_folder_is_no_corpus(tmp_path, root):
    (root / "own/texts").mkdir(parents=True)
    texts = {f"texts/{name}": TEXTS[name] for name in TEXTS}
    assert taken(tmp_path, root, texts, PACKED[1])[0].state == FAILED  # r/Training is not there
    file = File("own/texts", (), "texts", folder=True)
    assert taken(tmp_path, root, texts, file)[0].state == FETCHED


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="there is no sha256sum")
def test_the_digest_of_a_folder_is_what_the_shell_says(tmp_path):
    import subprocess

    laid_out(tmp_path / "texts", {**TEXTS, ".hidden": b"", "句.txt": b"", "10.txt": b""})
    command = "LC_ALL=C sha256sum * | sha256sum"
    shell = subprocess.run(
        command, shell=True, cwd=tmp_path / "texts", capture_output=True, check=True, text=True
    )
    assert digest(tmp_path / "texts") == shell.stdout.split()[0]
