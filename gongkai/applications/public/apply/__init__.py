"""Public pages: apply online, step by step, without an account and without scripts."""

from django.urls import URLPattern, path

from gongkai.applications.public.apply import pages, sending

urlpatterns: list[URLPattern] = [
    path("apply/", pages.first, name="apply"),
    path("apply/body/", pages.choose_body, name="apply-body"),
    path("apply/matter/", pages.matter, name="apply-matter"),
    path("apply/split/", pages.split, name="apply-split"),
    path("apply/who/", pages.who, name="apply-who"),
    path("apply/delivery/", pages.delivery, name="apply-delivery"),
    path("apply/check/", sending.check, name="apply-check"),
    path("apply/discard/", pages.discard, name="apply-discard"),
    path("apply/next/", sending.next_matter, name="apply-next"),
]
