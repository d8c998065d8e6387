from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    name = "openkp.registry.certificates"
    label = "certificates"
    default_auto_field = "django.db.models.BigAutoField"
