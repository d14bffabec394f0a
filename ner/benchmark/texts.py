"""The texts that are tagged: of a file, or written here, the same on every machine."""

from __future__ import annotations

import random
from pathlib import Path

from ner.errors import CorpusError
from ner.formats import Findings, ReadOptions
from ner.formats.reading import format_of, read_path

BUILT_IN = "built in"
COUNT = 400
NAMES = ("陈若溪", "骆一舟", "陶小满", "苏青禾", "何以宁", "江望舒", "阮知秋", "沈砚")
PLACES = ("泉州", "丽水", "衢州", "苏州", "云和县", "青田", "瓯江北岸", "临湖路")
BODIES = ("青禾书店", "丽水市图书馆", "望江出版社", "衢州第二中学", "南湖渡口管理处", "白鹭茶行")
PATTERNS = (
    "{name}昨天从{place}回来，把三本旧书还给了{body}。",
    "雨下了整夜，院子里没有人，只有檐下的水缸一点一点地满起来。",
    "{body}在{other}开了一家分店，{name}每个周末都去帮忙整理书架，直到天黑才回家。",
    "从{place}到{other}，坐船要走两个钟头，坐车只要四十分钟，可是{name}还是愿意坐船。",
    "“今年的橘子比往年甜。”{name}说，“{place}的更甜一些。”",
    "2019年3月，{body}与{place}的三家单位签了合同，合同写明每年6月30日以前付清全部款项。",
    "他没有回答。",
    "{name}，1974年生于{place}，毕业以后一直在{body}工作，先做校对，后来做编辑，退休前是副主任。",
    "据{body}的工作人员介绍，展览将持续到下个月底，周一闭馆，其余时间免费开放，参观的人可以提前一天预约。",
    "早饭是粥和咸菜，吃完以后，大家各自去忙自己的事，谁也没有再提昨天晚上的那封信。",
)


def built_in(count: int = COUNT) -> list[str]:
    """Sentences of 6 to 60 characters, made up, in an order that never changes."""
    draw = random.Random(0)
    texts = []
    for number in range(count):
        place, other = draw.sample(PLACES, 2)
        named = {"name": draw.choice(NAMES), "body": draw.choice(BODIES)}
        pattern = PATTERNS[number % len(PATTERNS)]
        texts.append(pattern.format(**named, place=place, other=other))
    return texts


def texts_of(path: Path, *, encoding: str = "utf-8") -> list[str]:
    """The texts of a file: its lines or, by its ending, the documents of a format.

    Raises:
        CorpusError: it cannot be read, or has no text in it.
    """
    options = ReadOptions(encoding=encoding, tagged=False)
    format = format_of(path.name) or "text"
    documents = read_path(path, Findings(), format=format, options=options)
    texts = [document.text for document in documents]
    if not any(texts):
        raise CorpusError("no text in it, so there is nothing to measure", path=path)
    return texts
