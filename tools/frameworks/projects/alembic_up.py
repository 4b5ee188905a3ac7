"""Runs the revisions of a project with the real Alembic, and prints what happened as JSON.

    alembic_up.py <folder of env.py> <URL of an empty database, or "offline"> <folder on sys.path>... [--stub <package>]...

The project's `env.py` needs its application; this takes its place and does what the one does that Alembic generates. A
package given as a stub has no content: what a revision imports from it does nothing. Online, each revision runs in a
transaction of its own, so that one that fails doesn't hide the others. Offline, the SQL of each is printed.
"""

import io
import json
import re
import sys
import warnings

from stubs import Stubs

warnings.simplefilter("ignore")


def main():
    # Migrations print, too.
    out, sys.stdout = sys.stdout, sys.stderr
    args = sys.argv[1:]
    at = args.index("--stub") if "--stub" in args else len(args)
    script, url, *paths = args[:at]
    sys.path[:0] = paths
    sys.meta_path.insert(0, Stubs([one for one in args[at:] if one != "--stub"]))

    import alembic
    import sqlalchemy
    from alembic.config import Config
    from alembic.runtime.environment import EnvironmentContext
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", script)
    config.set_main_option("sqlalchemy.url", url)
    directory = ScriptDirectory.from_config(config)
    found = {"tool": f"Alembic {alembic.__version__}, SQLAlchemy {sqlalchemy.__version__}", "migrations": []}
    engine = None if url == "offline" else sqlalchemy.create_engine(url)
    for revision in list(directory.walk_revisions("base", "heads"))[::-1]:
        one = {"name": revision.revision, "path": revision.path}
        found["migrations"].append(one)
        with EnvironmentContext(config, directory) as environment:
            try:
                if engine is None:
                    one["sql"] = offline(revision, environment, sqlalchemy)
                else:
                    online(revision, environment, engine)
            except Exception as error:
                one["error"] = f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"
    print(json.dumps(found, indent=1), file=out)


def online(revision, environment, engine):
    from alembic.operations import Operations

    with engine.connect() as connection:
        environment.configure(connection=connection, transaction_per_migration=True)
        context = environment.get_context()
        with context.begin_transaction(_per_migration=True), Operations.context(context):
            revision.module.upgrade()


def offline(revision, environment, sqlalchemy):
    from alembic import op
    from alembic.operations import Operations

    sql = io.StringIO()
    environment.configure(dialect_name="postgresql", as_sql=True, output_buffer=sql, literal_binds=True)
    context = environment.get_context()

    def send(statement, *_, **__):
        text = statement if isinstance(statement, str) else str(statement.compile(dialect=context.dialect))
        context.impl.static_output(text.strip() + ";")

    if hasattr(sqlalchemy, "create_mock_engine"):
        bind = sqlalchemy.create_mock_engine("postgresql://", send)
    else:
        bind = sqlalchemy.create_engine("postgresql://", strategy="mock", executor=send)
    bind.close = lambda: None
    with Operations.context(context) as operations:
        operations.get_bind = lambda: bind
        op.get_bind = operations.get_bind
        revision.module.upgrade()
    return re.sub(r"^(BEGIN|COMMIT);\s*", "", sql.getvalue(), flags=re.M)


main()
