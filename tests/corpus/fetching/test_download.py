"""One address into one file, from a server that does all that servers do."""

from dataclasses import replace

import pytest
from servers import (
    LOCAL,
    cut,
    endless,
    packed,
    redirect,
    rest,
    running,
    stall,
    status,
    whole,
)

from ner.corpus.fetching import download as module
from ner.corpus.fetching.connection import Connection
from ner.corpus.fetching.download import Partial, download
from ner.errors import CorpusError

CONTENT = "".join(f"泉\tB-LOC{number}\n" for number in range(20_000)).encode()
HALF = len(CONTENT) // 2


@pytest.fixture
def site():
    with running() as one:
        yield one


@pytest.fixture
def partial(tmp_path):
    return Partial(tmp_path / "corpus" / "train.bio")


def brought(url, partial, *, size=None, connection=LOCAL, advance=lambda done, total: None):
    download(url, partial, size=size, connection=connection, advance=advance)
    return partial.path.read_bytes()


def refused(url, partial, **how):
    with pytest.raises(CorpusError) as error:
        brought(url, partial, **how)
    return str(error.value)


def test_a_file_comes_as_it_is_and_hidden_until_it_is_checked(site, partial):
    url = site.serve("/a", whole(CONTENT))
    assert brought(url, partial, size=len(CONTENT)) == CONTENT
    assert partial.path.name == ".train.bio.part"
    assert not partial.target.exists()


def test_progress_ends_at_the_whole_size(site, partial):
    seen = []
    brought(site.serve("/a", whole(CONTENT)), partial, advance=lambda *counts: seen.append(counts))
    assert seen == sorted(seen)
    assert seen[-1] == (len(CONTENT), len(CONTENT))


def test_a_cut_off_file_is_gone_on_with_where_it_broke_off(site, partial):
    url = site.serve("/a", cut(CONTENT, HALF, ETag='"1"'), rest(CONTENT))
    assert brought(url, partial) == CONTENT
    assert site.ranges == [None, f"bytes={HALF}-"]
    assert site.asked[1][1]["If-Range"] == '"1"'


def test_a_date_serves_where_there_is_no_etag_for_the_very_bytes(site, partial):
    date = "Mon, 01 Jan 2024 00:00:00 GMT"
    marks = {"ETag": 'W/"1"', "Last_Modified": date}
    url = site.serve("/a", cut(CONTENT, HALF, **marks), rest(CONTENT, mark=date))
    assert brought(url, partial) == CONTENT
    assert site.ranges == [None, f"bytes={HALF}-"]


@pytest.mark.parametrize("headers", [{}, {"ETag": 'W/"1"'}], ids=["no mark", "a weak mark"])
def test_without_a_mark_a_cut_off_file_begins_anew(site, partial, headers):
    url = site.serve("/a", cut(CONTENT, HALF, **headers), rest(CONTENT))
    assert brought(url, partial) == CONTENT
    assert site.ranges == [None, None]


def test_a_server_that_knows_no_ranges_sends_all_again(site, partial):
    url = site.serve("/a", cut(CONTENT, HALF, ETag='"1"'), whole(CONTENT, ETag='"1"'))
    assert brought(url, partial) == CONTENT


def test_a_file_that_changed_meanwhile_is_not_patched_together(site, partial):
    other = CONTENT[::-1]
    url = site.serve("/a", cut(CONTENT, HALF, ETag='"1"'), rest(other, mark='"2"'))
    assert brought(url, partial) == other


def test_a_part_that_was_not_asked_for_is_not_put_together(site, partial):
    def shifted(handler):
        handler.headers.replace_header("Range", "bytes=7-")
        rest(CONTENT)(handler)

    url = site.serve("/a", cut(CONTENT, HALF, ETag='"1"'), shifted, rest(CONTENT))
    assert brought(url, partial) == CONTENT
    assert site.ranges == [None, f"bytes={HALF}-", None]


def test_what_is_longer_than_the_file_is_now_begins_anew(site, partial):
    short = CONTENT[: HALF // 2]
    url = site.serve("/a", cut(CONTENT, HALF, ETag='"1"'), rest(short))
    assert brought(url, partial) == short
    assert site.ranges == [None, f"bytes={HALF}-", None]


def test_a_second_call_goes_on_where_the_first_gave_up(site, partial):
    url = site.serve("/a", cut(CONTENT, HALF, ETag='"1"'), rest(CONTENT))
    once = replace(LOCAL, attempts=1)
    message = f"{url}: cut off after {HALF:,} of {len(CONTENT):,} bytes; given up after 1 attempts"
    assert refused(url, partial, connection=once) == message
    assert partial.path.read_bytes() == CONTENT[:HALF]
    assert brought(url, partial, connection=once) == CONTENT


def test_another_address_does_not_go_on_with_what_the_first_gave(site, partial):
    first = site.serve("/a", cut(CONTENT, HALF, ETag='"1"'))
    second = site.serve("/b", rest(CONTENT))
    refused(first, partial, connection=replace(LOCAL, attempts=1))
    assert brought(second, partial) == CONTENT
    assert site.ranges == [None, None]


def test_a_file_that_is_there_whole_is_not_asked_for_again(site, partial):
    url = site.serve("/a", whole(CONTENT, ETag='"1"'))
    assert brought(url, partial, size=len(CONTENT)) == brought(url, partial, size=len(CONTENT))
    assert len(site.asked) == 1


@pytest.mark.parametrize("code", [408, 429, 500, 502, 503, 504])
def test_a_server_in_trouble_is_asked_again(site, partial, code):
    url = site.serve("/a", status(code), status(code), whole(CONTENT))
    assert brought(url, partial) == CONTENT


def test_attempts_end_and_the_pauses_between_them_double(site, partial):
    slept = []
    url = site.serve("/a", status(503))
    connection = replace(LOCAL, attempts=4, pause=1.5, sleep=slept.append)
    message = refused(url, partial, connection=connection)
    assert (
        message == f"{url}: the server answers 503 Service Unavailable; given up after 4 attempts"
    )
    assert len(site.asked) == 4
    assert slept == [1.5, 3.0, 6.0]


@pytest.mark.parametrize("code, words", [(404, "Not Found"), (403, "Forbidden"), (410, "Gone")])
def test_what_will_not_change_is_asked_for_once(site, partial, code, words):
    url = site.serve("/a", status(code), whole(CONTENT))
    assert refused(url, partial) == f"{url}: the server answers {code} {words}"
    assert len(site.asked) == 1


def test_a_server_that_falls_silent_is_asked_again(site, partial):
    url = site.serve("/a", stall(site, CONTENT[:HALF], len(CONTENT)), rest(CONTENT))
    assert brought(url, partial, connection=replace(LOCAL, timeout=1)) == CONTENT
    assert site.ranges == [None, f"bytes={HALF}-"]


def test_nobody_at_the_address_is_said(site, partial):
    closed = "http://127.0.0.1:1/a"
    message = refused(closed, partial)
    assert message.startswith(f"{closed}: no answer: ")
    assert message.endswith("Connection refused; given up after 5 attempts")


def test_a_redirect_is_followed(site, partial):
    url = site.serve("/a", redirect(site.serve("/b", whole(CONTENT))))
    assert brought(url, partial) == CONTENT
    assert [path for path, _ in site.asked] == ["/a", "/b"]


@pytest.mark.parametrize("target", ["https://127.0.0.1:1/a", "ftp://127.0.0.1/a"])
def test_a_redirect_to_another_scheme_is_refused(site, partial, target):
    url = site.serve("/a", redirect(target))
    expected = f"{target}: not an address to read from, expected http://…"
    assert refused(url, partial) == expected


def test_redirects_in_a_circle_end(site, partial):
    url = site.serve("/a", redirect("/a"))
    assert "redirect" in refused(url, partial)


@pytest.mark.parametrize(
    "url", ["http://host/a", "file:///etc/hosts", "train.bio", "https://[", ""]
)
def test_only_https_is_read_from_unless_more_is_allowed(partial, url):
    message = refused(url, partial, connection=Connection())
    assert message == f"{url}: not an address to read from, expected https://…"


@pytest.mark.parametrize("url", ["http://127.0.0.1:port/a", "http://127.0.0.1:1/a b\n"])
def test_an_address_with_faults_is_said(partial, url):
    assert refused(url, partial).startswith(f"{url}: not an address: ")


def test_an_answer_that_was_packed_on_the_way_is_unpacked(site, partial):
    assert brought(site.serve("/a", packed(CONTENT)), partial, size=len(CONTENT)) == CONTENT
    assert site.asked[0][1]["Accept-Encoding"] == "identity"


def test_a_packed_answer_that_breaks_off_begins_anew(site, partial):
    def broken(handler):
        handler.wfile = Half(handler.wfile)
        packed(CONTENT)(handler)

    url = site.serve("/a", broken, rest(CONTENT, mark='"packed"'))
    assert brought(url, partial) == CONTENT
    assert site.ranges == [None, None]


class Half:
    """A stream that loses the second half of the last thing written to it."""

    def __init__(self, stream):
        self.stream, self.headed = stream, False

    def write(self, content):
        self.stream.write(content[: len(content) // 2] if self.headed else content)
        self.headed = True

    def __getattr__(self, name):
        return getattr(self.stream, name)


def test_a_packed_answer_that_is_damaged_is_asked_for_again(site, partial):
    damaged = whole(b"no gzip at all", Content_Encoding="gzip")
    assert brought(site.serve("/a", damaged, whole(CONTENT)), partial) == CONTENT


def test_another_packing_is_refused(site, partial):
    url = site.serve("/a", whole(CONTENT, Content_Encoding="br"))
    assert refused(url, partial) == f"{url}: sent packed as 'br', which was not asked for"


@pytest.mark.parametrize("length, shown", [(HALF, HALF), (2 * len(CONTENT), 2 * len(CONTENT))])
def test_another_length_than_the_known_one_is_refused_before_it_comes(site, partial, length, shown):
    url = site.serve("/a", whole(CONTENT, Content_Length=length))
    message = refused(url, partial, size=len(CONTENT))
    assert message == f"{url}: the server has {shown:,} bytes, expected {len(CONTENT):,}"
    assert not partial.path.exists()


def test_a_length_that_is_too_long_looks_like_a_cut_off_file(site, partial):
    url = site.serve("/a", whole(CONTENT, Content_Length=len(CONTENT) + 3))
    assert refused(url, partial).startswith(f"{url}: cut off after {len(CONTENT):,} of ")


@pytest.mark.parametrize("length", ["many", "-5", "9" * 30])
def test_a_length_that_is_none_is_not_believed(site, partial, length):
    url = site.serve("/a", whole(CONTENT, Content_Length=length))
    assert brought(url, partial, size=len(CONTENT)) == CONTENT


def test_an_answer_without_a_length_ends_where_it_ends(site, partial):
    assert brought(site.serve("/a", endless(CONTENT)), partial) == CONTENT


def test_an_answer_without_a_length_that_is_too_short_is_asked_for_again(site, partial):
    url = site.serve("/a", endless(CONTENT[:HALF]), endless(CONTENT))
    assert brought(url, partial, size=len(CONTENT)) == CONTENT


@pytest.mark.parametrize("answer", [endless, packed, whole])
def test_a_huge_answer_is_given_up_early(site, partial, monkeypatch, answer):
    monkeypatch.setattr(module, "LIMIT", HALF)
    url = site.serve("/a", answer(CONTENT))
    message = f"{url}: the server has more than the {HALF:,} bytes expected"
    assert refused(url, partial) == message
    assert not partial.path.exists()


def test_an_empty_file_is_no_file(site, partial):
    url = site.serve("/a", whole(b""))
    assert refused(url, partial) == f"{url}: the server has an empty file"


def test_a_page_instead_of_a_file_is_refused(site, partial):
    url = site.serve("/a", whole(b"<p>log in</p>", Content_Type="text/html; charset=utf-8"))
    expected = f"{url}: the server answers with a page (text/html), not a file"
    assert refused(url, partial) == expected


def test_an_interrupt_leaves_what_has_come(site, partial):
    def stop(done, total):
        raise KeyboardInterrupt

    url = site.serve("/a", rest(CONTENT))
    with pytest.raises(KeyboardInterrupt):
        brought(url, partial, advance=stop)
    size = partial.path.stat().st_size
    assert 0 < size < len(CONTENT)
    assert brought(url, partial) == CONTENT
    assert site.ranges == [None, f"bytes={size}-"]
