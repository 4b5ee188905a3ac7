"""Prints, as JSON, the SQL that Alembic sends for each migration given: file -> database -> direction -> statements.

Alembic's own offline mode writes it. A file may begin with `# databases: postgres, mysql`; without that line it is for
all. What Alembic refuses is a statement that begins with `!`.
"""

import importlib.util
import io
import json
import re
import sys
import warnings
from pathlib import Path

import alembic
import sqlalchemy
from alembic.migration import MigrationContext
from alembic.operations import Operations

DATABASES = {"postgres": "postgresql", "mysql": "mysql", "mariadb": "mariadb"}
warnings.simplefilter("ignore")


def load(path: Path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def statements(path: Path, dialect: str, direction: str) -> list[str]:
    module = load(path)
    if not hasattr(module, direction):
        return []
    out = io.StringIO()
    options = {"as_sql": True, "output_buffer": out, "literal_binds": True}
    base = path.parent.parent / "base.py"
    if path.parent.name == "versions":
        options["target_metadata"] = load(base).Base.metadata
    context = MigrationContext.configure(dialect_name=dialect, opts=options)

    def send(statement, *_, **__):
        text = statement if isinstance(statement, str) else str(statement.compile(dialect=context.dialect))
        context.impl.static_output(text.strip() + ";")

    # What `op.get_bind()` gives without a connection.
    bind = sqlalchemy.create_mock_engine(f"{dialect}://", send)
    with context.begin_transaction():
        with Operations.context(context) as operations:
            operations.get_bind = lambda: bind
            context.connection = None
            from alembic import op

            op.get_bind = operations.get_bind
            try:
                getattr(module, direction)()
            except Exception as error:  # what Alembic refuses
                context.impl.static_output(f"!{type(error).__name__};")
    texts = [re.sub(r"\s+", " ", one).strip() for one in re.split(r";\s*\n", out.getvalue())]
    texts = [one.removesuffix(";") for one in texts if one not in ("", ";")]
    return texts[1:-1] if texts[:1] == ["BEGIN"] else texts


def main() -> None:
    found = {}
    for name in sys.argv[1:]:
        path = Path(name)
        head = re.match(r"# databases: (.*)", path.read_text())
        wanted = [one.strip() for one in head[1].split(",")] if head else list(DATABASES)
        found[name] = {
            database: {direction: statements(path, DATABASES[database], direction) for direction in ("upgrade", "downgrade")}
            for database in wanted
        }
    versions = {"alembic": alembic.__version__, "sqlalchemy": sqlalchemy.__version__}
    print(json.dumps({"versions": versions, "migrations": found}, indent=1))


main()
