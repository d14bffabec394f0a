"""The public corpora: what each is, whose, under which licence, and where its files are."""

from __future__ import annotations

from dataclasses import dataclass

from ner.errors import CorpusError

RAW = "https://raw.githubusercontent.com"


class Absent(CorpusError):
    """A file is not where it was looked for."""


@dataclass(frozen=True)
class File:
    """A file of a corpus, or a folder of documents.

    Args:
        path: under the root of the corpora, as the recipes name it, and at a mirror.
        urls: where it is public, its source first; what stands in an archive has none.
        member: its path in the repository or archive that it comes from.
        size: bytes; None: not known.
        folder: whether it is a folder of documents.
    """

    path: str
    urls: tuple[str, ...] = ()
    member: str = ""
    size: int | None = None
    folder: bool = False

    @property
    def sha256(self) -> str | None:
        """Of its bytes, or of a folder's listing (``digests``); None: not known."""
        return SHA256.get(self.path)


@dataclass(frozen=True)
class Corpus:
    """A public corpus.

    Args:
        title: what it is, in a line.
        citation: whom to name where it is used.
        licence: as stated at the source, or that none is.
        stated: where that is stated.
        files: what it consists of.
        archive: the one file that all others are taken out of, if that is how it is published.
        by_hand: how to come by the files that have no public address, and what to do without.
    """

    title: str
    citation: str
    licence: str
    stated: str
    files: tuple[File, ...]
    archive: File | None = None
    by_hand: str = ""


def on_github(path: str, folder: str, size: int | None = None, *, copy: str = "") -> File:
    """A file that has its own name in ``folder``, which is owner/repository/revision/folders.

    Args:
        copy: another folder that has the same file.
    """
    name = path.rpartition("/")[2]
    urls = tuple(f"{RAW}/{place}/{name}" for place in (folder, copy) if place)
    return File(path, urls, "/".join([*folder.split("/")[3:], name]), size)


# As `sha256sum` prints them, of the files that the figures in docs/results.md were made with.
# Whatever is not here cannot be checked, which `ner fetch` says.
LISTING = """
4e8954c54ab33b0afc9a8abb85715c47422645cc6d1b49fdb24540f4a427e997  weibo/weiboNER_2nd_conll.train
e72730d83aac680505280b6301c879b3ba470d29ac308979d48cdc58ee4907cc  weibo/weiboNER_2nd_conll.dev
faaf6c0ebde5348b935cfd5c89f0f22c9e0779d60667d8b5efbc647b6707d50e  weibo/weiboNER_2nd_conll.test
93b9bb0be5dd4730121587f9dc1378de3fbbe55cba1c575edec271f822c27be7  resume/train.char.bmes
1b0d67153e6e8543e9444936ed1b107bd843078c282533898085e1a9aa293952  resume/dev.char.bmes
c4a9f42622819a4b59f66e184d446ebfa89b2f1dbba06e11d70675e59fe7e79b  resume/test.char.bmes
d65e8ac7969bc1d60a38ae891a856fd3bf79be7b3ab90581ac7f9c8a144946a5  msra/train.bio
de831e58d90135a302937b7eb35a86decdd64c4310a94a82434fc8a54016a8d1  msra/dev.bio
ee2123d1abd00cd37f4d10c4d82898e6778a87f0cce57386fb15311b8a8dc433  msra/test.bio
60299d202779dc84f3c3bd81f4dc08f5323d0dbf762cb50cd62dd51aa9a871f8  cluener/train.json
e043c2d6af4f19e52505fe3db70f8422c1c752336b8bde4e7c370a292c0cbb95  aishell/dev.bio.txt
f8fb2385e00b91c6062b3ced1fef730c07f793d5a20ed2f3631f96b96e9fd2b2  cmedqa/train.txt
24edab3aa8b7d8c45e638ad4a2e0437c09cbf4ea14d429fc5a4387f2e907f9d6  cmedqa/dev.txt
5b10be4ef4fffc70b2a8f9608d0470adddf4e0752705124b8dc5acce16243a58  youku/train.txt
e418f75a7d9f271a39f72f2f57a8d5de249bb387e8c2622596b90039066303d1  youku/dev.txt
448b259a25b4da2d29892665ba1ae2b6f1217c4fcca9916851e8839a58613a16  literature/train
5e2a896b7c637853d5283045ecace714c628b20c32e63b03cef3dbe09173a2a0  literature/dev
c8adeed0eceb8675370c5c2fd593277285ef1479b262b4d2501f7ef665cb020f  jd/input.seq.char
130724bb791d748ebb17c68038a4a16fb9c3103c63cb0767256c58aadd273643  jd/output.seq.bioattr
"""
SHA256 = {path: digest for digest, path in map(str.split, LISTING.strip().splitlines())}

WEIBO = "hltcoe/golden-horse/master/data"
WEIBO_COPY = "OYE93/Chinese-NLP-Corpus/bea87071cb28fbbed1a4186fc8ba02ca50bb449d/NER/Weibo"
RESUME = "jiesutd/LatticeLSTM/master/ResumeNER"
MSRA = "OYE93/Chinese-NLP-Corpus/master/NER/MSRA"
AISHELL = "Alibaba-NLP/AISHELL-NER/a0335e3c110bd9e4ad9df664e0a0b89b6b3762cc/data"
CMEDQA = "chosendai/ChineseBLUE/65124c489c243055981f3eaba1672352d7ec1bff/data/cMedQANER"
YOUKU = "allanj/ner_incomplete_annotation/a885c29bba4178885dcf4b674019650775d9512c/data/youku"
LITERATURE = "https://github.com/lancopku/Chinese-Literature-NER-RE-Dataset"
JD = "wavewangyue/ner/85a050da880396a93b86b1e5d1f13e8ada850681/data/train"
UNIVERSAL = "UniversalNER/UNER_Chinese"

SOURCES: dict[str, Corpus] = {
    "weibo": Corpus(
        title="Weibo, 2nd edition: names and nominal mentions in microblogs",
        citation="Peng & Dredze (EMNLP 2015); He & Sun (EACL 2017)",
        licence="CC BY-SA 3.0 (annotations)",
        stated="https://github.com/hltcoe/golden-horse",
        files=(
            on_github("weibo/weiboNER_2nd_conll.train", WEIBO, 536_039, copy=WEIBO_COPY),
            on_github("weibo/weiboNER_2nd_conll.dev", WEIBO, 105_881, copy=WEIBO_COPY),
            on_github("weibo/weiboNER_2nd_conll.test", WEIBO, 108_767, copy=WEIBO_COPY),
        ),
    ),
    "resume": Corpus(
        title="Resume: curricula vitae of executives, from Sina Finance",
        citation="Zhang & Yang (ACL 2018)",
        licence="none stated",
        stated="https://github.com/jiesutd/LatticeLSTM",
        files=(
            on_github("resume/train.char.bmes", RESUME, 1_094_528),
            on_github("resume/dev.char.bmes", RESUME, 120_251),
            on_github("resume/test.char.bmes", RESUME, 135_064),
        ),
    ),
    "msra": Corpus(
        title="MSRA: news of the SIGHAN 2006 bake-off",
        citation="Levow (SIGHAN 2006)",
        licence="none stated; for research",
        stated="https://aclanthology.org/W06-0115",
        files=(
            File("msra/train.bio", size=12_613_866),
            File("msra/dev.bio", size=1_416_522),
            File("msra/test.bio", size=1_120_279),
            on_github("msra/msra_train_bio.txt", MSRA),
            on_github("msra/msra_test_bio.txt", MSRA),
        ),
        by_hand="train.bio, dev.bio and test.bio are a split of the bake-off's files that has no"
        " public address: --mirror and --archive bring it from where you have it. The public"
        " edition has 45,000 and 3,442 sentences and no dev. To train on that: ner train"
        " configs/msra.yaml --set data.train=msra/msra_train_bio.txt --set data.dev=null"
        " --set data.test=msra/msra_test_bio.txt",
    ),
    "cluener": Corpus(
        title="CLUENER2020: ten fine types in news of Sina",
        citation="Xu et al. (arXiv:2001.04351, 2020)",
        licence="none stated",
        stated="https://github.com/CLUEbenchmark/CLUENER2020",
        archive=File(
            "cluener/cluener_public.zip",
            ("https://storage.googleapis.com/cluebenchmark/tasks/cluener_public.zip",),
        ),
        files=(
            File("cluener/train.json", member="train.json", size=2_262_996),
            File("cluener/dev.json", member="dev.json"),
            File("cluener/test.json", member="test.json"),
        ),
    ),
    "aishell": Corpus(
        title="AISHELL-NER: transcribed speech without punctuation",
        citation="Chen et al. (ICASSP 2022)",
        licence="Apache-2.0",
        stated="https://github.com/Alibaba-NLP/AISHELL-NER",
        files=(
            on_github("aishell/dev.bio.txt", AISHELL, 1_332_416),
            on_github("aishell/test.bio.txt", AISHELL),
        ),
    ),
    "cmedqa": Corpus(
        title="cMedQANER of ChineseBLUE: medical questions and answers",
        citation="Zhang et al. (arXiv:2008.10813, 2020)",
        licence="Apache-2.0",
        stated="https://github.com/alibaba-research/ChineseBLUE",
        files=(
            on_github("cmedqa/train.txt", CMEDQA, 1_294_336),
            on_github("cmedqa/dev.txt", CMEDQA, 109_900),
            on_github("cmedqa/test.txt", CMEDQA),
        ),
    ),
    "youku": Corpus(
        title="Youku: titles of videos",
        citation="Jie et al. (NAACL 2019)",
        licence="none stated",
        stated="https://github.com/allanj/ner_incomplete_annotation",
        files=(
            on_github("youku/train.txt", YOUKU, 1_291_322),
            on_github("youku/dev.txt", YOUKU, 156_452),
            on_github("youku/test.txt", YOUKU),
        ),
    ),
    "literature": Corpus(
        title="Chinese literature: persons, things, places and times in essays",
        citation="Xu et al. (arXiv:1711.07010, 2017)",
        licence="none stated",
        stated=LITERATURE,
        archive=File(
            "literature/literature.zip",
            (f"{LITERATURE}/archive/ee76d6fa7e4a01bb87e91eb11d60df5656d023fa.zip",),
        ),
        files=(
            File("literature/train", (), "relation_extraction/Training", 8_832_197, folder=True),
            File("literature/dev", (), "relation_extraction/Validation", 846_590, folder=True),
            File("literature/test", (), "relation_extraction/Testing", folder=True),
        ),
    ),
    "jd": Corpus(
        title="JD: titles of goods, with several hundred attributes",
        citation="github.com/wavewangyue/ner",
        licence="none stated",
        stated="https://github.com/wavewangyue/ner",
        files=(
            on_github("jd/input.seq.char", JD, 1_829_766),
            on_github("jd/output.seq.bioattr", JD, 1_672_253),
        ),
    ),
    "universal": Corpus(
        title="Universal NER: the Chinese treebanks GSD, GSDSIMP and PUD",
        citation="Mayhew et al. (NAACL 2024)",
        licence="CC BY-SA 4.0",
        stated="https://huggingface.co/datasets/universalner/universal_ner",
        files=(
            on_github("universal/zh_gsd-ud-train.iob2", f"{UNIVERSAL}-GSD/master"),
            on_github("universal/zh_gsd-ud-dev.iob2", f"{UNIVERSAL}-GSD/master"),
            on_github("universal/zh_gsd-ud-test.iob2", f"{UNIVERSAL}-GSD/master"),
            on_github("universal/zh_gsdsimp-ud-train.iob2", f"{UNIVERSAL}-GSDSIMP/master"),
            on_github("universal/zh_gsdsimp-ud-dev.iob2", f"{UNIVERSAL}-GSDSIMP/master"),
            on_github("universal/zh_gsdsimp-ud-test.iob2", f"{UNIVERSAL}-GSDSIMP/master"),
            on_github("universal/zh_pud-ud-test.iob2", f"{UNIVERSAL}-PUD/master"),
        ),
    ),
}
