from django.urls import include, path
from wagtail import urls as wagtail_urls

from gongkai import urls

urlpatterns = [*urls.urlpatterns, path("plain/", include(wagtail_urls))]
handler400, handler403 = urls.handler400, urls.handler403
handler404, handler500 = urls.handler404, urls.handler500
