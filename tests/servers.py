"""A web server on this machine, whose answers to each address are laid out one after another."""

import gzip
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from ner.corpus.fetching.connection import Connection

LOCAL = Connection(timeout=5, pause=0.5, schemes=frozenset({"http"}), sleep=lambda seconds: None)


class Site:
    """Addresses below ``url``; each gives its answers in turn, the last one for ever."""

    def __init__(self, port):
        self.url = f"http://127.0.0.1:{port}"
        self.asked = []  # (path, headers) of every request
        self.done = threading.Event()  # lets answers that wait go home
        self._answers = {}

    def serve(self, path, *answers):
        self._answers[path] = list(answers)
        return self.url + path

    def answer(self, handler):
        self.asked.append((handler.path, dict(handler.headers)))
        answers = self._answers.get(handler.path, [status(404)])
        (answers.pop(0) if len(answers) > 1 else answers[0])(handler)

    @property
    def ranges(self):
        return [headers.get("Range") for _, headers in self.asked]


@contextmanager
def running():
    """A site that answers until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            site.answer(self)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site = Site(server.server_port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield site
    finally:
        site.done.set()
        server.shutdown()
        thread.join()
        server.server_close()


def begin(handler, code, **headers):
    handler.send_response(code)
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), str(value))
    handler.end_headers()


def status(code, **headers):
    return lambda handler: begin(handler, code, Content_Length=0, **headers)


def redirect(url):
    return status(302, Location=url)


def whole(content, **headers):
    """All of it, whatever part was asked for."""

    def answer(handler):
        begin(handler, 200, **{"Content_Length": len(content), **headers})
        handler.wfile.write(content)

    return answer


def endless(content):
    """All of it without saying how much that is."""

    def answer(handler):
        begin(handler, 200)
        handler.wfile.write(content)

    return answer


def packed(content):
    return whole(gzip.compress(content), Content_Encoding="gzip", ETag='"packed"')


def cut(content, after, **headers):
    """Breaks off after so many bytes."""

    def answer(handler):
        begin(handler, 200, Content_Length=len(content), **headers)
        handler.wfile.write(content[:after])

    return answer


def rest(content, mark='"1"', stop=None):
    """The part that was asked for, if ``mark`` is the one that came along; else all."""

    def answer(handler):
        wanted = handler.headers.get("Range", "")
        if not wanted or handler.headers.get("If-Range") != mark:
            whole(content, ETag=mark)(handler)
            return
        start = int(wanted.removeprefix("bytes=").removesuffix("-"))
        if start >= len(content):
            status(416, Content_Range=f"bytes */{len(content)}")(handler)
            return
        part = f"bytes {start}-{len(content) - 1}/{len(content)}"
        begin(handler, 206, Content_Length=len(content) - start, Content_Range=part, ETag=mark)
        handler.wfile.write(content[start:stop])

    return answer


def stall(site, content=b"", length=1):
    """Sends the content of a longer answer, and then nothing more."""

    def answer(handler):
        begin(handler, 200, Content_Length=length, ETag='"1"')
        handler.wfile.write(content)
        handler.wfile.flush()
        site.done.wait(20)

    return answer
