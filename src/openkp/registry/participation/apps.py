from django.apps import AppConfig


class ParticipationConfig(AppConfig):
    name = "openkp.registry.participation"
    label = "participation"
    default_auto_field = "django.db.models.BigAutoField"
