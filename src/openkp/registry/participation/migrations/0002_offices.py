from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("participation", "0001_initial")]
    operations = [
        migrations.AlterField(
            model_name="authority",
            name="participant",
            field=models.CharField(max_length=12),
        ),
    ]
