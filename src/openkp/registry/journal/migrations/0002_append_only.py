from django.db import migrations

from openkp.registry.journal.append_only import protect, release

TABLES = ("journal_entry", "journal_logentry", "journal_lognode", "journal_journalcheckpoint", "journal_logcheckpoint")


def begin(apps, schema_editor):
    apps.get_model("journal", "Head").objects.get_or_create(pk=1)


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]
    operations = [
        migrations.RunPython(begin, migrations.RunPython.noop),
        migrations.RunPython(protect(*TABLES), release(*TABLES)),
    ]
