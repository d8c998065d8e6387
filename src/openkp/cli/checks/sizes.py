"""How long files and functions are, in lines of code: no blanks, comments or docstrings counted."""

import ast
import io
import tokenize
from collections.abc import Iterator
from pathlib import Path

from openkp.cli.checks import ROOT

FILE_LIMIT = 400
FUNCTION_LIMIT = 60
NESTING_LIMIT = 3

LAYOUT = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
Function = ast.FunctionDef | ast.AsyncFunctionDef
Nesting = ast.If | ast.For | ast.AsyncFor | ast.While | ast.With | ast.AsyncWith | ast.Try | ast.Match


def sizes() -> list[str]:
    """Files and functions over the limits of the house."""
    return [line for path in sources(ROOT / "src") for line in too_long(path)]


def sources(tree: Path) -> Iterator[Path]:
    """Every Python file that a person wrote."""
    return (path for path in sorted(tree.rglob("*.py")) if "migrations" not in path.parts)


def too_long(path: Path) -> Iterator[str]:
    """What in this file is over a limit."""
    source = path.read_text()
    tree = ast.parse(source)
    lines, name = code_lines(source, tree), path.relative_to(ROOT)
    if len(lines) > FILE_LIMIT:
        yield f"{name}: {len(lines)} lines of code, at most {FILE_LIMIT}"
    for function in functions(tree):
        if (length := len(lines & span(function))) > FUNCTION_LIMIT:
            yield f"{name}:{function.lineno}: {function.name} has {length} lines of code, at most {FUNCTION_LIMIT}"
        if (depth := nesting(function)) > NESTING_LIMIT:
            yield f"{name}:{function.lineno}: {function.name} is nested {depth} deep, at most {NESTING_LIMIT}"


def functions(tree: ast.AST) -> Iterator[Function]:
    """Every function in a tree, methods and inner ones too."""
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def code_lines(source: str, tree: ast.Module) -> set[int]:
    """The numbers of the lines that hold code."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    lines = {n for t in tokens if t.type not in LAYOUT for n in range(t.start[0], t.end[0] + 1)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | Function) and ast.get_docstring(node) is not None:
            lines -= span(node.body[0])
    return lines


def span(node: ast.stmt) -> set[int]:
    """The lines from a node's first to its last."""
    return set(range(node.lineno, (node.end_lineno or node.lineno) + 1))


def nesting(node: ast.AST, depth: int = 0) -> int:
    """How deep the deepest block inside stands; ``elif`` is no deeper than its ``if``."""
    deepest = depth
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Function | ast.ClassDef):
            continue
        is_elif = isinstance(node, ast.If) and isinstance(child, ast.If) and node.orelse == [child]
        inner = isinstance(child, Nesting) and not is_elif
        deepest = max(deepest, nesting(child, depth + inner))
    return deepest
