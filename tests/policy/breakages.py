"""Every way to break the code of a rule that a tired hand could find, one change at a time.

A breakage is a function with one node of its syntax tree changed: a condition negated, a
comparison shifted, a constant changed, a clause dropped, an answer left out, a return too early.
What a message says is left alone: a wrong word is no wrong judgement.
"""

import ast
import copy
import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import CodeType, FunctionType, ModuleType
from typing import Final

OTHER_COMPARISON: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
OTHER_ARITHMETIC: Final[dict[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.BitAnd: ast.BitOr,
}
OTHER_FUNCTION: Final = {"any": "all", "all": "any", "min": "max", "max": "min"}
# What only words a message, or says what a name is.
SPOKEN: Final = ("Finding", "Lack", "NotJudged", "NotYetError", "MistypedError", "names", "shown")


@dataclass(frozen=True)
class Breakage:
    """One function with one change; `code` takes the place of the function's own."""

    function: FunctionType
    change: str
    code: CodeType

    @property
    def key(self) -> str:
        """Name it without a line number: "network.subnets_do_not_overlap: a < b -> a <= b"."""
        module = self.function.__module__.rpartition(".")[2]
        return f"{module}.{self.function.__qualname__}: {self.change}"


def functions(module: ModuleType) -> Iterator[FunctionType]:
    """Yield the functions and methods that a module defines, in the order of its lines."""
    own = [f for f in vars(module).values() if isinstance(f, FunctionType)]
    for made in vars(module).values():
        if isinstance(made, type) and made.__module__ == module.__name__:
            own += [f for f in map(_plain, vars(made).values()) if isinstance(f, FunctionType)]
    here = [f for f in own if f.__code__.co_filename == module.__file__]
    yield from sorted(here, key=lambda f: f.__code__.co_firstlineno)


def _plain(member: object) -> object:
    """Return the function behind a property."""
    return member.fget if isinstance(member, property) else member


def breakages(function: FunctionType) -> Iterator[Breakage]:
    """Yield every breakage of a function whose source can be read."""
    tree = ast.parse(inspect.cleandoc("\n" + inspect.getsource(function)))
    original = tree.body[0]
    assert isinstance(original, ast.FunctionDef)
    original.decorator_list = []
    for change, broken in _changes(original):
        yield Breakage(function, change, _compiled(broken, function))


def _compiled(broken: ast.FunctionDef, function: FunctionType) -> CodeType:
    module = ast.fix_missing_locations(ast.Module([broken], []))
    whole = compile(module, function.__code__.co_filename, "exec")
    return next(const for const in whole.co_consts if isinstance(const, CodeType))


def _changes(original: ast.FunctionDef) -> Iterator[tuple[str, ast.FunctionDef]]:
    silent = _silent(original)
    for index, node in enumerate(ast.walk(original)):
        if node in silent:
            continue
        for change in _replacements(node):
            broken = copy.deepcopy(original)
            target = list(ast.walk(broken))[index]
            new = change(target)
            _Swap(target, new).visit(broken)
            yield f"{_words(node)} -> {_words(new)}", broken
    for value in _returns(original):
        broken = copy.deepcopy(original)
        broken.body.insert(0, ast.Return(ast.Constant(value)))
        yield f"return {value} at once", broken


def _words(node: ast.AST) -> str:
    """Write a node in one line; of a branch only its condition."""
    if isinstance(node, ast.Pass) or (isinstance(node, ast.If) and _is_never(node.test)):
        return "nothing"
    if isinstance(node, ast.If):
        return f"if {ast.unparse(node.test)}"
    return " ".join(ast.unparse(node).split())


def _is_never(test: ast.expr) -> bool:
    return isinstance(test, ast.Constant) and test.value is False


def _returns(function: ast.FunctionDef) -> tuple[bool | None, ...]:
    """What to return too early: either truth from a question, nothing from all else."""
    answers = ast.unparse(function.returns) if function.returns else ""
    return (True, False) if answers == "bool" else (None,)


def _silent(function: ast.FunctionDef) -> set[ast.AST]:
    """Collect what decides nothing: annotations, docstrings and the words of messages."""
    silent: set[ast.AST] = {function, function.args, *ast.walk(function.args)}
    parts: list[ast.AST | None] = [function.returns]
    for node in ast.walk(function):
        if isinstance(node, ast.AnnAssign):
            parts.append(node.annotation)
        if isinstance(node, ast.JoinedStr):
            parts.append(node)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            parts.append(node)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in SPOKEN:
            parts += [*node.args, *(k for k in node.keywords if k.arg != "level")]
    for part in parts:
        silent.update(ast.walk(part) if part else ())
    return silent


Replacement = Callable[[ast.AST], ast.AST]


def _replacements(node: ast.AST) -> Iterator[Replacement]:
    """Yield what may stand in place of a node, as functions of the node's copy."""
    yield from _other_conditions(node)
    if isinstance(node, ast.BinOp) and type(node.op) in OTHER_ARITHMETIC:
        yield _other_arithmetic
    if isinstance(node, ast.Name) and node.id in OTHER_FUNCTION:
        yield _part(lambda _, other: ast.Name(other, ast.Load()), OTHER_FUNCTION[node.id])
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Yield | ast.YieldFrom):
        yield _unsaid
    if isinstance(node, ast.Continue | ast.Break):
        yield lambda _: ast.Pass()
    if isinstance(node, ast.Constant):
        for other in others(node.value):
            yield _part(_other_constant, other)


def _other_conditions(node: ast.AST) -> Iterator[Replacement]:
    if isinstance(node, ast.If | ast.IfExp):
        yield _negate_test
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield lambda copied: copied.operand  # type: ignore[attr-defined]
    for kind, change, parts in (
        (ast.comprehension, _drop_filter, "ifs"),
        (ast.Compare, _other_comparison, "ops"),
        (ast.BoolOp, _drop_clause, "values"),
    ):
        if isinstance(node, kind):
            for index in range(len(getattr(node, parts))):
                yield _part(change, index)


def others(value: object) -> Iterator[object]:
    """Yield neighbours of a constant: the other truth, one more and one less, another word."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield from (value + 1, value - 1)
    elif isinstance(value, str) and value and " " not in value:
        yield f"{value}x"


def _part(change: Callable[..., ast.AST], part: object) -> Replacement:
    return lambda node: change(node, part)


def _negate_test(node: ast.AST) -> ast.AST:
    assert isinstance(node, ast.If | ast.IfExp)
    test = ast.UnaryOp(ast.Not(), node.test)
    if isinstance(node, ast.If):
        return ast.If(test, node.body, node.orelse)
    return ast.IfExp(test, node.body, node.orelse)


def _drop_filter(node: ast.AST, index: int) -> ast.AST:
    assert isinstance(node, ast.comprehension)
    left = [each for at, each in enumerate(node.ifs) if at != index]
    return ast.comprehension(node.target, node.iter, left, node.is_async)


def _other_comparison(node: ast.AST, index: int) -> ast.AST:
    assert isinstance(node, ast.Compare)
    ops = list(node.ops)
    ops[index] = OTHER_COMPARISON[type(ops[index])]()
    return ast.Compare(node.left, ops, node.comparators)


def _drop_clause(node: ast.AST, index: int) -> ast.AST:
    assert isinstance(node, ast.BoolOp)
    left = [each for at, each in enumerate(node.values) if at != index]
    return left[0] if len(left) == 1 else ast.BoolOp(node.op, left)


def _other_arithmetic(node: ast.AST) -> ast.AST:
    assert isinstance(node, ast.BinOp)
    return ast.BinOp(node.left, OTHER_ARITHMETIC[type(node.op)](), node.right)


def _unsaid(node: ast.AST) -> ast.AST:
    """Leave an answer out; the yield stays behind a false condition, else it is no generator."""
    return ast.If(ast.Constant(value=False), [node], [])  # type: ignore[list-item]


def _other_constant(_: ast.AST, other: object) -> ast.AST:
    return ast.Constant(other)  # type: ignore[arg-type]


class _Swap(ast.NodeTransformer):
    """Puts one node in the place of another."""

    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        """Replace the node that is meant and nothing below it."""
        return self.new if node is self.old else self.generic_visit(node)
