"""Prints what Django sends for the migrations of a folder of apps, as JSON: app, name, and the statements of both directions.

    record.py <folder of apps> <database> <app>...

<database> is a URL: postgres://user@host:port/name or mysql://user@host:port/name; it has to be empty.
Each migration is applied, taken back and applied again, because what Django sends depends on what the database holds.
"""

import json
import re
import sys
from urllib.parse import urlsplit


def main():
    folder, url, *apps = sys.argv[1:]
    parts = urlsplit(url)
    is_mysql = parts.scheme == "mysql"
    if is_mysql:
        import pymysql

        pymysql.version_info = (2, 2, 7, "final", 0)
        pymysql.install_as_MySQLdb()
    sys.path.insert(0, folder)

    import django
    from django.conf import settings

    settings.configure(
        INSTALLED_APPS=[
            "django.contrib.contenttypes",
            "django.contrib.auth",
            *([] if is_mysql else ["django.contrib.postgres"]),
            *apps,
        ],
        DATABASES={
            "default": {
                "ENGINE": f"django.db.backends.{'mysql' if is_mysql else 'postgresql'}",
                "NAME": parts.path[1:],
                "USER": parts.username,
                "PASSWORD": parts.password or "",
                "HOST": parts.hostname,
                "PORT": parts.port,
            }
        },
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        USE_TZ=True,
        SILENCED_SYSTEM_CHECKS=["fields.E210"],
    )
    django.setup()

    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    sent = []

    def record(execute, sql, params, many, context):
        text = str(sql)
        if params:
            quoted = tuple(connection.connection.escape(one) for one in params) if is_mysql else None
            text = text % quoted if is_mysql else context["cursor"].mogrify(sql, params).decode()
        if not re.match(r"\s*(?:SELECT|SHOW|SAVEPOINT|RELEASE|ROLLBACK|SET SESSION|WITH)\b|.*django_migrations", text, re.S):
            sent.append({"sql": text, "inTransaction": connection.in_atomic_block})
        return execute(sql, params, many, context)

    def run(target):
        executor = MigrationExecutor(connection)
        sent.clear()
        with connection.execute_wrapper(record):
            executor.migrate([target])
        return list(sent)

    executor = MigrationExecutor(connection)
    executor.migrate([one for one in executor.loader.graph.leaf_nodes() if one[0] not in apps])
    executor = MigrationExecutor(connection)
    plan = [
        (migration.app_label, migration.name)
        for migration, _ in executor.migration_plan([one for one in executor.loader.graph.leaf_nodes()])
    ]
    found = []
    for app, name in plan:
        one = {"app": app, "name": name, "up": run((app, name))}
        found.append(one)
        parents = MigrationExecutor(connection).loader.graph.node_map[app, name].parents
        before = next((parent.key for parent in parents if parent.key[0] == app), (app, None))
        try:
            one["down"] = run(before)
        except Exception as error:
            one["downError"] = f"{type(error).__name__}: {str(error).splitlines()[0]}"
            continue
        run((app, name))
    json.dump({"django": django.get_version(), "migrations": found}, sys.stdout, indent=1, ensure_ascii=False)
    print()


main()
