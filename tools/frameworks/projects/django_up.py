"""Migrates a Django project on an empty PostgreSQL, and prints what happened as JSON.

    django_up.py <folder of manage.py> <settings module> <host> <port> <database> [--stub <package>]...

The settings are the project's own but for the database. `tables` has the tables of apps that aren't the project's: those
of packages, which migrations outside of the project make.
"""

import argparse
import importlib
import json
import os
import sys
import types
import warnings

from stubs import Stubs

warnings.simplefilter("ignore")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("settings")
    parser.add_argument("host")
    parser.add_argument("port")
    parser.add_argument("database")
    parser.add_argument("--stub", action="append", default=[])
    given = parser.parse_args()
    # Migrations print, too.
    out, sys.stdout = sys.stdout, sys.stderr
    os.chdir(given.folder)
    sys.path.insert(0, given.folder)
    sys.meta_path.insert(0, Stubs(given.stub))
    own = importlib.import_module(given.settings)
    settings = types.ModuleType("ddlint_settings")
    settings.__dict__.update({name: value for name, value in vars(own).items() if name.isupper()})
    settings.DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": given.database,
            "USER": "postgres",
            "HOST": given.host,
            "PORT": given.port,
        }
    }
    settings.DATABASE_ROUTERS = []
    settings.LOGGING_CONFIG = None
    memory = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    settings.CACHES = {name: memory for name in ["default", *getattr(own, "CACHES", {})]}
    sys.modules["ddlint_settings"] = settings
    os.environ["DJANGO_SETTINGS_MODULE"] = "ddlint_settings"

    import django
    from django import conf

    # The project's package may have loaded its own already.
    conf.settings._wrapped = conf.empty
    django.setup()
    from django.apps import apps
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    leaves = executor.loader.graph.leaf_nodes()
    plan = executor.migration_plan(leaves)
    root = os.path.realpath(given.folder) + os.sep

    def is_own(label):
        return os.path.realpath(apps.get_app_config(label).path).startswith(root)

    found = {"tool": f"Django {django.get_version()}", "migrations": [], "foreign": []}
    failed = False
    state = executor._create_project_state(with_applied_migrations=True)
    for migration, _ in plan:
        one = {"name": f"{migration.app_label}.{migration.name}", "path": sys.modules[migration.__module__].__file__}
        if failed:
            one["error"] = "not run"
        else:
            try:
                state = executor.apply_migration(state, migration)
            except Exception as error:
                failed = True
                one["error"] = f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"
        found["migrations"].append(one)
    for model in state.apps.get_models(include_auto_created=True):
        if not is_own(model._meta.app_label):
            found["foreign"].append(model._meta.db_table)
    print(json.dumps(found, indent=1), file=out)


main()
