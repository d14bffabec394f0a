"""A corpus made by rules that a small model learns: many different sentences, few of them alike."""

import numpy as np
from trained import annotated

FAMILIES, GIVEN = "陶骆苏沈顾严孟卫", "一舟小满若溪云帆清和知远明川子衿"
PLACES, ENDINGS = "衢丽泉温台湖嘉绍", "州山县河"
TRADES = ("书店", "茶厂", "学院")
TEMPLATES = (
    "{PER}在{LOC}等{PER}。",
    "{PER}从{LOC}到{LOC}去了。",
    "{ORG}搬到{LOC}以后，{PER}常去。",
    "昨天{PER}说，{ORG}不开门。",
    "{LOC}的橘子比往年甜，{PER}买了。",
)


def corpus(count, *, seed=0):
    """So many documents of a sentence each."""
    draw = np.random.default_rng(seed)

    def pick(values):
        return values[draw.integers(len(values))]

    def mention(label):
        if label == "PER":
            return pick(FAMILIES) + pick(GIVEN) + pick(GIVEN)
        place = pick(PLACES) + pick(ENDINGS)
        return place if label == "LOC" else place + pick(TRADES)

    made = []
    for number in range(count):
        sentence = TEMPLATES[number % len(TEMPLATES)]
        for label in ("PER", "LOC", "ORG"):
            while f"{{{label}}}" in sentence:
                sentence = sentence.replace(f"{{{label}}}", f"[{mention(label)}|{label}]", 1)
        made.append(annotated(sentence))
    return made
