"""The node as a web server runs it."""

from django.core.wsgi import get_wsgi_application

from openkp.project.start import set_up

set_up()
application = get_wsgi_application()
