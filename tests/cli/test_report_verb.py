"""``ner evaluate --report``: the page beside what is printed; what is refused before the work."""

import json

import pytest
from pages import Page
from trained import SAMPLE

TEST = SAMPLE / "test.bio"


def test_the_page_stands_beside_the_table_and_has_its_figures(command, tiny_run, tmp_path):
    page = tmp_path / "new" / "report.html"
    found = command("evaluate", tiny_run, TEST, "--report", page, "--resamples", "20")
    assert found.code == 0
    assert found.out == command("evaluate", tiny_run, TEST).out
    shown = Page(page.read_text(encoding="utf-8"))
    line = next(row for row in found.out.splitlines() if row.startswith("all (micro)"))
    precision, recall, f1, support = line.split()[2:]
    cells = shown.under("Scores by label")[0].row("all (micro)")
    starts = zip(cells, (f1, precision, recall, support), strict=True)
    assert all(cell.startswith(figure) for cell, figure in starts)
    assert "Training" in shown.titles and "Errors in their sentences" in shown.titles
    assert "seen" in [row[0] for table in shown.under("Scores by group") for row in table.rows]
    assert "test.bio:" in page.read_text(encoding="utf-8")


def test_json_and_a_comparison_go_with_it(command, tiny_run, tmp_path):
    page = tmp_path / "report.html"
    arguments = ["evaluate", tiny_run, TEST, "--compare", tiny_run, "--resamples", "20"]
    found = command(*arguments, "--json", "--report", page, "--train", TEST)
    assert json.loads(found.out)["sentences_with_errors"] > 0
    shown = Page(page.read_text(encoding="utf-8"))
    assert shown.under("The second beside the first")[0].row("all (micro)")[3] == "1.000"


@pytest.mark.parametrize("folder", [False, True])
def test_a_target_that_is_there_is_refused_before_the_model_is_looked_for(
    command, tmp_path, folder
):
    page = tmp_path / "report.html"
    page.mkdir() if folder else page.write_text("mine", encoding="utf-8")
    found = command("evaluate", tmp_path / "gone", TEST, "--report", page)
    assert found.message == (
        f"ner: {page}: is a folder; a file is to be written"
        if folder
        else f"ner: {page}: is there already; --force overwrites it"
    )
    forced = command("evaluate", tmp_path / "gone", TEST, "--report", page, "--force").message
    assert ("is a folder" if folder else "gone") in forced
    assert folder or page.read_text(encoding="utf-8") == "mine"


def test_a_page_that_cannot_be_written_takes_no_figures_away(command, tiny_run, tmp_path):
    (tmp_path / "file").touch()
    page = tmp_path / "file" / "report.html"
    found = command("evaluate", tiny_run, TEST, "--report", page, "--resamples", "20")
    assert found.code == 1 and f"{page}: " in found.err
    assert found.out == command("evaluate", tiny_run, TEST).out


def test_an_evaluation_that_fails_leaves_no_page(command, tiny_run, tmp_path):
    page = tmp_path / "report.html"
    assert command("evaluate", tiny_run, tmp_path / "gone.bio", "--report", page).code == 1
    assert list(tmp_path.iterdir()) == []


def test_it_does_not_go_with_robustness(command, tiny_run, tmp_path):
    found = command("evaluate", tiny_run, TEST, "--robustness", "--report", tmp_path / "a.html")
    assert found.code == 2
    assert "--report" in found.err
