"""The report: its figures are the libraries' own, no text is ever markup, and it stays small."""

import re
import shutil
import subprocess
import sys
from dataclasses import replace
from html import unescape
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pages import Page
from strategies import documents, entities, spans

from ner.document import Document
from ner.errors import Place
from ner.evaluation.analysis import Subject, report
from ner.evaluation.groups import known
from ner.evaluation.report import errors, page, plots
from ner.evaluation.report.cells import points, signed
from ner.evaluation.report.confusion import MOST_LABELS
from ner.evaluation.report.marked import marked
from ner.evaluation.report.scores import by_label, strictness
from ner.evaluation.wrong import stretches
from ner.printing import printable
from ner.tags import encode, spans_of

LABELS = ("PER", "LOC", "ORG")
HOSTILE = "</script><script>alert('&')</script>\"'{{style}}\n\x00\u202e\u2028\ud800"
EPOCHS = [
    {"epoch": number, "loss": 9.0 / number, "dev_f1": 0.1 * number, "best": number < 4}
    for number in range(1, 6)
]
BROWSER = shutil.which("chromium")
PORTION = 50  # sentences that a browser shows at first


def random_layers(number, seed, *, labels=LABELS, share=0.6):
    """Documents with entities, and as many of which a share was found as annotated."""
    draw, err = Random(seed), Random(f"{seed} {share}")  # the same gold whatever is found
    gold, found = [], []
    for place in range(number):
        text = "".join(draw.choice("苏州她昨天买了茶陈若溪到北京大学") for _ in range(24))
        starts = range(draw.randrange(4), 20, 6)
        true = [(at, at + draw.randint(1, 4), draw.choice(labels)) for at in starts]
        seen = [one if err.random() < share else _mistaken(one, err, labels) for one in true]
        document = Document(text, entities(text, true), place=Place("own/test.bio", place + 1))
        gold.append(document)
        scored = entities(text, [one for one in seen if one])
        found.append(
            document.with_entities([replace(e, score=err.random() ** 0.3) for e in scored])
        )
    return gold, found


def _mistaken(one, draw, labels):
    start, end, label = one
    wrong = (start, end + 1, label), (start, end, draw.choice(labels)), (start + 4, end + 4, label)
    return draw.choice((*wrong, None))


def tags_of(layer):
    return [encode(spans_of(one.entities), len(one.text))[0] for one in layer]


def figures_of(gold, *founds, epochs=(), resamples=20, **how):
    subjects = [Subject(f"runs/{number}", found, epochs) for number, found in enumerate(founds, 1)]
    return report(gold, subjects, resamples=resamples, **how)


def leading(cell):
    """The figure that a cell begins with; below it may stand its interval."""
    return re.match(r"[\d.,]*?\d\.\d\d|[\d,]+", cell)[0]


@pytest.fixture(scope="module")
def layers():
    return random_layers(60, 1)


@pytest.fixture(scope="module")
def figures(layers):
    gold, found = layers
    return figures_of(gold, found, epochs=EPOCHS, resamples=200, train=known(gold[:20]))


@pytest.fixture(scope="module")
def written(figures):
    return page(figures, file="own/test.bio")


@pytest.fixture(scope="module")
def shown(written):
    return Page(written)


@pytest.fixture(scope="module")
def compared(layers):
    gold, found = layers
    return figures_of(gold, found, random_layers(60, 1, share=0.5)[1], epochs=EPOCHS, resamples=200)


def theirs(gold, found):
    """F1, precision, recall and support by label, by seqeval itself."""
    from seqeval.metrics import classification_report
    from seqeval.scheme import IOB2

    made = classification_report(
        *map(tags_of, (gold, found)), mode="strict", scheme=IOB2, output_dict=True, zero_division=0
    )
    return {
        {"micro avg": "all (micro)"}.get(name, name): [
            *(points(one[key]) for key in ("f1-score", "precision", "recall")),
            f"{one['support']:,}",
        ]
        for name, one in made.items()
        if name not in ("macro avg", "weighted avg")
    }


def assert_equal_to_the_libraries(shown, gold, found):
    nervaluate = pytest.importorskip("nervaluate")
    [scores], [scenes] = shown.under("Scores by label"), shown.under("How strict")
    expected = theirs(gold, found)
    assert {row[0]: [*map(leading, row[1:])] for row in scores.rows[1:]} == expected
    labels = sorted(set(expected) - {"all (micro)"})
    made = nervaluate.Evaluator(*map(tags_of, (gold, found)), tags=labels, loader="list")
    for name, one in made.evaluate()["overall"].items():
        counts = (one.correct, one.incorrect, one.partial, one.missed, one.spurious)
        cells = next(row for row in scenes.rows if re.match(rf"{name}\b", _name(row[0])))[1:]
        assert cells[:3] == [points(one.f1), points(one.precision), points(one.recall)]
        assert cells[3:] == [f"{number:,}" for number in counts]


def _name(head):
    return re.match(r"strict|exact|ent_type|partial|", head)[0]


def test_scores_in_the_page_are_those_of_seqeval_and_nervaluate(shown, layers):
    assert_equal_to_the_libraries(shown, *layers)


@st.composite
def both(draw):
    gold = draw(st.lists(documents(), min_size=1, max_size=4))
    found = [one.with_entities(entities(one.text, draw(spans(len(one.text))))) for one in gold]
    return gold, found


@settings(max_examples=40)
@given(both().filter(lambda layers: any(one.entities for layer in layers for one in layer)))
def test_whatever_the_tags_the_scores_are_those_of_the_libraries(layers):
    figures = figures_of(*layers, resamples=0)
    assert_equal_to_the_libraries(Page(by_label(figures) + strictness(figures)), *layers)


def leaves(plain):
    if isinstance(plain, dict):
        return [leaf for one in plain.values() for leaf in leaves(one)]
    if isinstance(plain, (list, tuple)):
        return [leaf for one in plain for leaf in leaves(one)]
    return [plain] if isinstance(plain, (int, float)) else []


@pytest.mark.parametrize("number", [1, 2])
def test_every_figure_of_the_page_is_in_the_json(figures, compared, number):
    chosen = figures if number == 1 else compared
    plain = chosen.to_dict()
    shown = Page(page(chosen, file="own/test.bio"))
    allowed = set()
    for one in leaves(plain):
        allowed |= {points(one), signed(one), f"{one:,}", f"{one:.4f}", f"{one:.2e}", f"{one:.3f}"}
    for part in (plain, plain.get("other", plain)):
        kinds = part["errors"]["kinds"]
        allowed |= {f"{100 * one / sum(kinds.values()):.1f}" for one in kinds.values()}
    tables = [one for one in shown.tables if one.title != "Training"]  # looked at by itself
    cells = [cell for table in tables for row in table.rows[1:] for cell in row[1:]]
    figure = re.compile(r"^\d\.\d{3}$|[+−]?[\d,]+\.\d{2}")  # p, or what has two places
    figures_shown = [one for cell in cells for one in figure.findall(cell)]
    assert len(figures_shown) > 100
    assert [one for one in figures_shown if one not in allowed] == []
    whole = [cell for cell in cells if re.fullmatch(r"[\d,]+", cell)]
    assert len(whole) > 30
    assert [one for one in whole if one not in allowed] == []


def test_confusion_and_kinds_are_counted_as_in_json(figures, shown):
    plain = figures.to_dict()
    [matrix] = shown.under("Confusion of labels")
    for one in plain["confusion"]:
        head = "invented" if one["gold"] is None else one["gold"]
        column = matrix.rows[0].index("missed" if one["predicted"] is None else one["predicted"])
        assert matrix.row(head)[column - 1] == f"{one['number']:,}"
    kinds = shown.under("Errors by kind")[0]
    counts = [int(leading(row[1].replace(" ", " "))) for row in kinds.rows[1:]]
    assert counts == list(plain["errors"]["kinds"].values())


def test_groups_bins_and_epochs_stand_in_tables(figures, shown):
    plain = figures.to_dict()
    tables = shown.under("Scores by group")
    assert len(tables) == len(plain["groups"]) == 6
    for table, rows in zip(tables, plain["groups"].values(), strict=True):
        assert [row[0] for row in table.rows[1:]] == list(rows)
        assert [row[1] for row in table.rows[1:]] == [points(one["f1"]) for one in rows.values()]
    [bins] = shown.under("Calibration")
    assert [row[1:] for row in bins.rows[1:]] == [
        [f"{one['number']:,}", points(one["score"]), points(one["right"])]
        for one in plain["calibration"]
    ]
    [epochs] = shown.under("Training")
    assert [row[0] for row in epochs.rows[1:]] == ["1", "2", "3 ★", "4", "5"]
    assert epochs.row("2") == ["4.5000", "20.00"]


def test_intervals_stand_below_their_figures(figures, shown):
    low, high = figures.to_dict()["intervals"]["overall"]["f1"]
    cell = shown.under("Scores by label")[0].row("all (micro)")[0]
    assert cell == f"{points(figures.analyses[0].scores.overall.f1)}{points(low)}–{points(high)}"
    assert "20 draws" not in page(
        figures_of([Document("茶")], [Document("茶")], resamples=0), file=""
    )


def test_curves_have_the_colours_and_letters_of_the_page(written):
    curves = re.findall(r"<svg.*?</svg>", written, re.DOTALL)
    assert len(curves) == 2
    for curve in curves:
        assert "var(--ink)" in curve and "var(--curve-1)" in curve and "<text" in curve
        assert not re.search(r"#0\d0\d0\d|font-family|<style|<script|<image", curve)
    names = re.findall(r'\bid="([^"]+)"', written)
    assert len(names) == len(set(names))


def test_nothing_is_loaded_from_elsewhere(written, shown):
    assert not re.search(r"https?:|//\w|url\((?!#)|@import|\bfetch\(|\bimport\(", written)
    for _, attrs in shown.elements:
        assert not {"src", "srcset", "action"} & set(attrs)
        assert attrs.get("href", "#").startswith("#")
    targets = {attrs["href"][1:] for _, attrs in shown.elements if "href" in attrs}
    assert {name for name in targets} <= {attrs.get("id") for _, attrs in shown.elements}
    assert not {"link", "img", "iframe", "object", "base"} & {tag for tag, _ in shown.elements}
    policy = next(a["content"] for _, a in shown.elements if "http-equiv" in a)
    assert "default-src 'none'" in policy
    for wanted in ("prefers-color-scheme: dark", "max-width: 700px", "@media print"):
        assert wanted in written
    assert "{{" not in written


def layers_with(text, label, place=None):
    gold = Document(text, entities(text, [(0, 3, label), (5, len(text), label)]), place=place)
    found = gold.with_entities(entities(text, [(0, 2, label), (6, 9, "X"), (10, 12, label)]))
    return [gold], [found]


def test_hostile_texts_labels_and_names_are_only_shown():
    made = []
    for text in (HOSTILE, "茶" * len(HOSTILE)):
        label = HOSTILE if text is HOSTILE else "茶"
        gold, found = layers_with(text, label, Place(f"own/{label}", 3))
        subjects = [Subject(label, found, EPOCHS), Subject(label, gold, EPOCHS)]
        written = page(report(gold, subjects, resamples=5), file=label)
        written.encode("utf-8")
        made.append([tag for tag, _ in Page(written).elements])
    assert "script" in made[0]
    assert made[0].count("script") == made[1].count("script") == 2
    assert set(made[0]) == set(made[1])
    for character in "\x00\u202e\u2028":
        assert character not in page(report(gold, [Subject(HOSTILE, found)], resamples=0), file="")
    gold, found = layers_with(HOSTILE, HOSTILE)
    written = page(report(gold, [Subject(HOSTILE, found)], resamples=0), file=HOSTILE)
    assert not set("\x00\u202e\u2028\ud800") & set(written)
    assert "</script><script>" not in written and written.count(":root {") < 10


@given(documents(min_size=4), st.data())
def test_a_marked_sentence_reads_as_its_text_and_names_every_entity(document, data):
    size = len(document.text)
    founds = [
        document.with_entities(entities(document.text, data.draw(spans(size)))) for _ in range(2)
    ]
    figures = figures_of([document], *([one] for one in founds), resamples=0)
    numbers = {label: number for number, label in enumerate(figures.labels)}
    models = [(one.pairs, one.matches) for one in figures.analyses]
    for stretch in stretches(models):
        made = marked(stretch, numbers)
        assert unescape(re.sub(r"<[^>]*>", "", made)) == printable(stretch.text)
        gold = [one.gold for one in stretch.models[0] if one.gold]
        rows = ([one.predicted for one in found if one.predicted] for found in stretch.models)
        for name, row in zip("gpq", (gold, *rows), strict=True):
            named = re.findall(rf'data-{name}="([^"]*)"', made)
            assert named == [one.label for one in sorted(row, key=lambda one: one.start)]


def test_errors_are_told_in_words_with_place_and_score():
    text = "青禾书店搬到丽水以后。"
    gold = Document(text, entities(text, [(0, 4, "ORG"), (6, 8, "LOC")]), place=Place("a/b.bio", 7))
    [short] = entities(text, [(0, 2, "ORG")])
    made = page(figures_of([gold], [gold.with_entities([replace(short, score=0.834)])]), file="")
    [listed] = re.findall(r'<ol id="list">(.*?)</ol>', made, re.DOTALL)
    words = " ".join(unescape(re.sub(r"<[^>]*>", " ", listed)).split())
    assert words.startswith("b.bio:7 青禾 书店 搬到 丽水 以后。")
    assert words.endswith("boundary 青禾书店 ORG → 青禾 ORG 0.83 missed 丽水 LOC")
    assert 'class="g g1 p p1 x" data-g="ORG" data-p="ORG">青禾' in listed
    assert 'class="g g1 x">书店' in listed


def test_two_models_share_a_list_and_tell_whose_error_it_is(compared):
    written = page(compared, file="")
    wrong = compared.wrong
    assert {len(models) for one in wrong for models in one.wrong.values()} == {1, 2}
    bits = re.findall(r"\d,[\d-]+,[\d-]+,([123])\b", written)
    assert len(bits) == sum(len(one.wrong) for one in wrong)
    assert written.count("<li>①② <em>") == bits.count("3")
    shown = Page(written)
    row = shown.under("The second beside the first")[0].row("all (micro)")
    made = compared.to_dict()["difference"]["overall"]
    low, high = map(signed, made["interval"])
    assert row[2:] == [f"{signed(made['f1'])}{low} … {high}", f"{made['p']:.3f}"]
    firsts = [points(one.scores.overall.f1) for one in compared.analyses]
    assert row[:2] == firsts
    assert [one.caption for one in shown.under("Scores by label")] == ["① runs/1", "② runs/2"]


def test_sentences_that_two_models_cut_elsewhere_are_joined():
    text = "她去过苏州。他也去过。"
    gold = Document(text * 40, entities(text * 40, [(3, 5, "LOC")]))
    across = gold.with_entities(entities(text * 40, [(3, 8, "LOC")]))
    figures = figures_of([gold], [gold], [across], resamples=0)
    [wrong] = figures.wrong
    assert wrong.text == text
    assert [len(one.pairs) for one in figures.analyses] == [80, 79]
    assert [one.kind for one in wrong.wrong] == ["boundary"]


@pytest.mark.slow
def test_a_page_of_a_whole_corpus_stays_below_three_megabytes():
    gold, found = random_layers(4365, 2, share=0.1)
    figures = figures_of(gold, found)
    made = page(figures, file="own/test.bio")
    assert 1_000_000 < len(made.encode("utf-8")) < 3_000_000
    told = re.search(r"(The first ([\d,]+) of|All) ([\d,]+) sentences with an error", made)
    assert int(told[3].replace(",", "")) == len(figures.wrong) > 4000


def test_what_the_list_does_not_hold_is_counted(monkeypatch, figures):
    monkeypatch.setattr(errors, "MOST_BYTES", 3_000)
    made = page(figures, file="")
    listed = made.count("data-e=")
    assert 0 < listed < 10
    assert f"The first {listed} of {len(figures.wrong)} sentences with an error" in made
    assert f'data-all="{listed}"' in made


@pytest.mark.parametrize(
    ("library", "said"),
    [("nervaluate", "counted by nervaluate, which is not"), ("matplotlib", "drawn by matplotlib")],
)
def test_a_library_that_is_missing_is_said_in_the_page(monkeypatch, layers, library, said):
    monkeypatch.setitem(sys.modules, library, None)
    gold, found = layers
    made = page(figures_of(gold, found, epochs=EPOCHS), file="")
    assert said in made and "zhuyi-ner[report]" in made
    shown = Page(made)
    assert bool(shown.under("How strict")) == (library != "nervaluate")
    assert bool("<svg" in made) == (library != "matplotlib")
    assert len(shown.under("Training")) == 1


def test_without_a_run_train_or_scores_their_sections_are_left_out(layers):
    gold, found = layers
    bare = [one.with_entities([replace(e, score=None) for e in one.entities]) for one in found]
    made = page(figures_of(gold, bare, resamples=0), file="")
    titles = Page(made).titles
    assert not {"Training", "Calibration"} & set(titles)
    assert "<code>--train FILE</code>" in made
    assert not re.search(r'href="#(training|calibration)"', made)


@pytest.mark.parametrize("label", [(), ((0, 1, "山"),)])
def test_nothing_annotated_or_nothing_found_has_a_page(label):
    empty, one = Document("茶好"), Document("茶好", entities("茶好", list(label)))
    for gold, found in ((one, empty), (empty, one), (empty, empty)):
        shown = Page(page(figures_of([gold], [found]), file=""))
        scores = shown.under("Scores by label")[0]
        assert [leading(cell) for cell in scores.row("all (micro)")][:3] == ["0.00"] * 3


def test_a_model_of_one_label_that_is_right_has_no_errors():
    gold, _ = random_layers(5, 3, labels=("山",))
    written = page(figures_of(gold, gold), file="")
    shown = Page(written)
    assert shown.under("Confusion of labels")[0].rows[0][1:] == ["山", "missed"]
    assert shown.titles[-1] == "Errors" and "There are none." in written
    assert '<form id="filter"' not in written


def test_many_labels_are_listed_as_pairs():
    labels = [f"L{number}" for number in range(MOST_LABELS + 1)]
    gold, found = random_layers(200, 4, labels=labels, share=0.2)
    [pairs] = Page(page(figures_of(gold, found), file="")).under("Confusion of labels")
    assert pairs.rows[0] == ["Gold", "Predicted", "Number"]


def test_epochs_that_are_not_numbers_are_left_out():
    lines = [{"epoch": 1, "loss": float("nan")}, {"epoch": 2, "loss": None}, {"epoch": 3}]
    assert plots.training([("", lines)]).startswith("<svg")
    assert {plots.number(one, "loss") for one in lines} == {None}
    assert plots.best(lines) is None


def test_all_is_there_without_a_script(written, shown, figures):
    assert written.count("data-e=") == len(figures.wrong)
    [form] = [attrs for tag, attrs in shown.elements if tag == "form"]
    assert "hidden" in form
    items = [attrs for tag, attrs in shown.elements if tag == "li" and "data-e" in attrs]
    assert not any("hidden" in attrs for attrs in items)


@pytest.mark.slow
@pytest.mark.skipif(BROWSER is None, reason="needs chromium")
def test_a_browser_shows_the_errors_that_are_chosen(tmp_path, written, figures, compared):
    place = tmp_path / "page.html"

    def left(program, written=written):
        end = f"</script><script>{program}</script></body>"
        place.write_text(written.replace("</script>\n</body>", end), encoding="utf-8")
        quiet = ["--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=1000"]
        command = [BROWSER, *quiet, f"--user-data-dir={tmp_path}", "--dump-dom", f"file://{place}"]
        done = subprocess.run(command, capture_output=True, check=True, timeout=60).stdout.decode()
        assert re.search(r'<form id="filter"(?! hidden)[^>]*>', done) and 'class="scripted"' in done
        items = re.findall(r'<li data-e="([^"]*)"(?: class="(\w*)")?', done)
        return [data for data, shown in items if shown == "shown"]

    both = page(compared, file="")
    assert len(left("", both)) == PORTION < len(compared.wrong)
    assert len(left("document.getElementById('more').click()", both)) == len(compared.wrong)
    every = [one for sentence in figures.wrong for one in sentence.wrong]
    assert len(left("")) == len(figures.wrong)
    chosen = left("document.querySelector('.matrix a[data-predicted=\"-\"]').click()")
    label = figures.labels[0]
    missed = [one for one in every if one.kind == "missed" and one.gold.label == label]
    assert sum(data.count("3,0,-,1") for data in chosen) == len(missed) > 0
    word = "const box = document.querySelector('[type=search]'); box.value = '茶陈'; "
    found = left(word + "box.dispatchEvent(new Event('input', {bubbles: true}))")
    assert len(found) == sum("茶陈" in one.text for one in figures.wrong) > 0
