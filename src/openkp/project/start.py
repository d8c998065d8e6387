"""Starting Django for a command or a server: settings from the node's directory, nothing else."""

import os

import django


def set_up() -> None:
    """Make the registry usable in this process."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "openkp.project.settings")
    django.setup()
