"""Addresses of the public pages of applications."""

from django.urls import URLPattern

from gongkai.applications.public import account, answers, apply, receipt, side, track

urlpatterns: list[URLPattern] = [
    *account.urlpatterns,
    *apply.urlpatterns,
    *receipt.urlpatterns,
    *answers.urlpatterns,
    *track.urlpatterns,
    *side.urlpatterns,
]
