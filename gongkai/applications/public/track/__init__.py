"""Public pages: 查询办理进度, from number and query code to the applicant's own deeds."""

from django.urls import URLPattern

from gongkai.applications.public.track import deeds, entrance, page

urlpatterns: list[URLPattern] = [*entrance.urlpatterns, *page.urlpatterns, *deeds.urlpatterns]
