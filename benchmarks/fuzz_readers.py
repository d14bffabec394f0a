"""Random bytes for every reader: nothing but CorpusError may come out, in little time and memory.

    pip install atheris
    python benchmarks/fuzz_readers.py --seconds 600

Every format in the table has its share of the time, in a process of its own, guided by coverage
(libFuzzer). A reader is called with annotations wanted and not, raising and listening, with the
format given and told. An input that fails is left in the working folder by libFuzzer.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

SAMPLES = Path(__file__).parents[1] / "tests" / "formats"
LONGEST = 4096  # bytes of an input
SLOWEST = 5  # seconds for one input
MOST = 1024  # megabytes of memory


def main() -> None:
    """Fuzzes one format in this process, or each in one of its own."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--seconds", type=int, default=600, help="of all together [%(default)s]")
    parser.add_argument("--format", help="one alone [all]")
    parser.add_argument("--corpus", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.corpus:
        fuzz(arguments.format, arguments.seconds, arguments.corpus)
        return
    from ner.formats import FORMATS

    names = [arguments.format] if arguments.format else list(FORMATS)
    failed = [name for name in names if not passes(name, arguments.seconds // len(names))]
    print(f"failed: {', '.join(failed)}" if failed else f"{len(names)} readers passed")
    sys.exit(bool(failed))


def passes(name: str, seconds: int) -> bool:
    """Whether a format's reader withstands its share; its samples are what mutation begins with."""
    with tempfile.TemporaryDirectory() as folder:
        for number, sample in enumerate(samples(name)):
            (Path(folder) / f"sample{number}").write_bytes(sample)
        command = [sys.executable, __file__, "--format", name, "--seconds", str(seconds)]
        done = subprocess.run([*command, "--corpus", folder], capture_output=True, text=True)
    runs = [line for line in done.stderr.splitlines() if line.startswith("Done ")]
    print(f"{name:20} {runs[-1] if runs else 'FAILED'}", flush=True)
    if done.returncode:
        print(done.stdout[-2000:], done.stderr[-4000:], sep="\n")
    return not done.returncode


def samples(name: str) -> list[bytes]:
    """Small files of every format, this one's with others for telling them apart."""
    sys.path[:0] = [str(SAMPLES), str(SAMPLES.parent)]
    from test_table import SAMPLES as written

    return [sample.encode() for sample in written.values()]


def fuzz(name: str, seconds: int, corpus: Path) -> None:
    """Feeds one reader until the time is up; does not return."""
    import atheris

    with atheris.instrument_imports(include=["ner.formats", "ner.tags", "ner.sentences"]):
        from ner.errors import CorpusError
        from ner.formats import FORMATS, Findings, ReadOptions, open_source, reading

    chosen = FORMATS[name]
    ending = chosen.suffixes[0] if chosen.suffixes else ".txt"
    folder = Path(tempfile.mkdtemp(dir="/dev/shm" if Path("/dev/shm").is_dir() else None))

    def once(data: bytes) -> None:
        how, data = data[:1], data[1:]
        flags = how[0] if how else 0
        path = folder / f"input{ending}"
        first, _, second = data.partition(b"\xff\xfe")
        path.write_bytes(first if chosen.pair else data)
        if chosen.pair:
            for other in beside(name):
                (folder / other).write_bytes(second)
        findings = Findings((lambda finding: None) if flags & 1 else None)
        options = ReadOptions(tagged=not flags & 2, position_digits=bool(flags & 4) or None)
        try:
            with open_source(path, options) as source:
                told = "auto" if flags & 8 else name
                for document in reading.read(source, findings, format=told):
                    for one in document.entities:
                        assert document.text[one.start : one.end] == one.text, one
        except CorpusError:
            pass

    atheris.Setup(
        [
            sys.argv[0],
            f"-max_total_time={seconds}",
            f"-max_len={LONGEST}",
            f"-timeout={SLOWEST}",
            f"-rss_limit_mb={MOST}",
            "-print_final_stats=0",
            str(corpus),
        ],
        once,
    )
    atheris.Fuzz()


def beside(name: str) -> list[str]:
    """The names of the files that belong to the fuzzed one."""
    return {"brat": ["input.txt"], "parallel": ["input.tags"]}[name]


if __name__ == "__main__":
    main()
