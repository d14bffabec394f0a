"""The shape of the package: who imports whom, how long files and functions are."""

import ast
import subprocess
import sys
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ORDER = (
    *("errors", "version", "storage", "printing", "pages"),
    *("document", "sentences", "words", "tags", "settings", "config"),
    *("formats", "corpus", "features", "vectors", "lattice", "calibration", "model", "evaluation"),
    *(
        "training",
        "pretraining",
        "tagging",
        "benchmark",
        "export",
        "explanation",
        "integrations",
        "cli",
    ),
)
FILES = sorted((ROOT / "ner").rglob("*.py"))
MAX_FILE, MAX_FUNCTION = 300, 50


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(path): path for path in FILES}
STAGED = [name for name in MODULES if name not in ("ner", "ner.__main__")]


@cache
def tree_of(name: str) -> ast.Module:
    return ast.parse(MODULES[name].read_text(encoding="utf-8"))


def nodes(tree: ast.AST, *, top: bool) -> list[ast.AST]:
    """All nodes below, or with ``top`` only those that run when the module is imported."""
    inside = [
        child
        for child in ast.iter_child_nodes(tree)
        if not (top and isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)))
    ]
    return inside + [node for child in inside for node in nodes(child, top=top)]


def imported(name: str, *, top: bool = False) -> set[str]:
    """The modules of ``ner`` that a module imports; ``from a import b`` is a.b if that is one."""
    found: set[str] = set()
    for node in nodes(tree_of(name), top=top):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name} has a relative import in line {node.lineno}"
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                found.add(inner if inner in MODULES else str(node.module))
    return {module for module in found if module.split(".")[0] == "ner"}


def stage(name: str) -> str:
    return name.split(".")[1] if "." in name else name


@pytest.mark.parametrize("name", STAGED)
def test_a_module_imports_only_from_earlier_stages(name):
    allowed = ORDER[: ORDER.index(stage(name)) + 1]
    assert {module for module in imported(name) if stage(module) not in allowed} == set()


def test_no_modules_import_each_other():
    graph = {name: imported(name, top=True) for name in MODULES}
    assert sum(len(modules) for modules in graph.values()) > len(STAGED)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" → ".join(reversed(error.args[1])))


@pytest.mark.parametrize("name", MODULES)
def test_a_module_says_what_it_gives_and_stays_short(name):
    assert ast.get_docstring(tree_of(name))
    assert len(MODULES[name].read_text(encoding="utf-8").splitlines()) <= MAX_FILE


@pytest.mark.parametrize("name", MODULES)
def test_a_function_stays_short(name):
    sizes = {
        node.name: node.end_lineno - node.lineno + 1
        for node in ast.walk(tree_of(name))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    }
    assert {function: size for function, size in sizes.items() if size > MAX_FUNCTION} == {}


@pytest.mark.parametrize("name", ["ner", "ner.cli", "ner.formats", "ner.config", "ner.tags"])
def test_importing_is_light(name):
    heavy = "{'torch', 'transformers', 'accelerate', 'seqeval', 'nervaluate', 'jieba'}"
    heavy = heavy[:-1] + ", 'onnxruntime', 'gensim'}"
    program = f"import {name}, sys; print(sorted({heavy} & sys.modules.keys()))"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_no_two_test_files_have_one_name():
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert sorted(names) == sorted(set(names))  # pytest imports each by its name alone
