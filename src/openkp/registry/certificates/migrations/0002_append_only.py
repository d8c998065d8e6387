from django.db import migrations

from openkp.registry.journal.append_only import protect, release


class Migration(migrations.Migration):
    dependencies = [("certificates", "0001_initial")]
    operations = [
        migrations.RunPython(protect("certificates_document"), release("certificates_document")),
    ]
