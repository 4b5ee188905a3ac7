"""Modules without content, in the place of packages that aren't there."""

import importlib.abc
import importlib.machinery
from unittest.mock import MagicMock


class Stubs(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Modules without content for the packages given."""

    def __init__(self, packages):
        self.packages = packages

    def find_spec(self, name, path=None, target=None):
        if any(name == one or name.startswith(f"{one}.") for one in self.packages):
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec):
        module = MagicMock(name=spec.name)
        module.__path__ = []
        module.__spec__ = spec
        return module

    def exec_module(self, module):
        pass
