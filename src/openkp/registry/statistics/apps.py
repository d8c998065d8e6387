from django.apps import AppConfig


class StatisticsConfig(AppConfig):
    name = "openkp.registry.statistics"
    label = "statistics"
    default_auto_field = "django.db.models.BigAutoField"
