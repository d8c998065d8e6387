from django.db import migrations, models

from openkp.registry.journal.append_only import protect, release


class Migration(migrations.Migration):
    """SQLite changes a column by making the table anew, without its triggers: they are taken off and put on again."""

    dependencies = [("certificates", "0002_append_only")]
    operations = [
        migrations.RunPython(release("certificates_document"), protect("certificates_document")),
        migrations.AlterField(
            model_name="document",
            name="issuer",
            field=models.CharField(max_length=12),
        ),
        migrations.RunPython(protect("certificates_document"), release("certificates_document")),
    ]
