"""Public pages: apply online, step by step, without an account and without scripts."""

from django.urls import URLPattern, path

from gongkai.applications.public.apply import blank, pages, sending

urlpatterns: list[URLPattern] = [
    path("apply/", pages.first, name="apply"),
    *(
        path(f"apply/form.{kind}", blank.blank_form, {"kind": kind}, name=f"apply-form-{kind}")
        for kind in blank.KINDS_MADE
    ),
    path("apply/body/", pages.choose_body, name="apply-body"),
    path("apply/matter/", pages.matter, name="apply-matter"),
    path("apply/split/", pages.split, name="apply-split"),
    path("apply/who/", pages.who, name="apply-who"),
    path("apply/delivery/", pages.delivery, name="apply-delivery"),
    path("apply/check/", sending.check, name="apply-check"),
    path("apply/discard/", pages.discard, name="apply-discard"),
    path("apply/next/", sending.next_matter, name="apply-next"),
]
