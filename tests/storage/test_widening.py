"""Every release only widens what the one before uses, so that both work on one database for a while."""

import ast
from pathlib import Path

import pytest

VERSIONS = sorted((Path(__file__).parents[2] / "storage" / "migrations" / "versions").glob("0*.py"))[1:]

#: what older programs do not notice: they name their columns, and leave out those that they do not know; an
#: index only finds sooner what is there without it, and is dropped where another one serves its searches
_WIDENS = {"create_table", "create_index", "drop_index", "add_column", "f"}


def calls(source: str, operation: str) -> list[ast.Call]:
    """The calls of one of Alembic's operations."""
    return [
        call
        for call in ast.walk(ast.parse(source))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == operation
    ]


def operations(source: str) -> set[str]:
    """What a migration asks Alembic to do; `execute` is none of the widening."""
    return {
        call.func.attr
        for call in ast.walk(ast.parse(source))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == "op"
    }


def strict_columns(source: str) -> list[str]:
    """Columns added to tables that are there, which older programs would have to fill in."""
    return [
        ast.unparse(call)
        for call in calls(source, "add_column")
        if "nullable=True" not in ast.unparse(call) and "server_default" not in ast.unparse(call)
    ]


def stricter_indexes(source: str) -> list[str]:
    """Indexes that refuse rows which older programs may write, into tables that they know."""
    return [
        ast.unparse(call)
        for call in calls(source, "create_index")
        if "unique=True" in ast.unparse(call)
        and ast.unparse(call.args[1])
        not in {ast.unparse(made.args[0]) for made in calls(source, "create_table")}
    ]


def declared(source: str, name: str) -> str:
    """The text that a migration gives a name at its top."""
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.Assign) and getattr(statement.targets[0], "id", "") == name:
            return str(ast.literal_eval(statement.value))
    raise AssertionError(f"{name} is missing")


@pytest.mark.parametrize("path", VERSIONS, ids=lambda path: path.name)
def test_a_migration_only_widens_or_says_which_programs_can_no_longer_read(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    narrows = sorted(operations(source) - _WIDENS) + strict_columns(source) + stricter_indexes(source)
    oldest, before = declared(source, "oldest_reader"), declared(source, "down_revision")

    assert oldest <= before, "the release before must still run while this one is rolled out"
    if narrows:
        assert oldest > "0001", f"{narrows} take something from older programs: raise oldest_reader"


def test_what_narrows_is_noticed() -> None:
    narrowing = (
        'op.drop_column("card", "why")\nop.add_column("card", sa.Column("a", sa.Text(), nullable=False))'
    )
    assert operations(narrowing) - _WIDENS == {"drop_column"}
    assert len(strict_columns(narrowing)) == 1
    assert stricter_indexes('op.create_index("uq", "card", ["why"], unique=True)') != []
    new = 'op.create_table("a")\nop.create_index("uq", "a", ["b"], unique=True)'
    assert stricter_indexes(new) == []
