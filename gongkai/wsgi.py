"""The WSGI application that granian serves."""

import os

from django.core.wsgi import get_wsgi_application
from granian.utils.proxies import wrap_wsgi_with_proxy_headers

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongkai.settings.production")
application = get_wsgi_application()
# Limits and locks count by REMOTE_ADDR: behind a server that is trusted, the visitor's address.
if proxies := os.environ.get("GONGKAI_TRUSTED_PROXIES", ""):
    application = wrap_wsgi_with_proxy_headers(application, trusted_hosts=proxies)
