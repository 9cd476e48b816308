"""Public pages: the account of who applies often. Nothing needs it (ADR 0023)."""

from django.urls import URLPattern, path

from gongkai.applications.public.account import door, pages

_AT = "apply/account/"

urlpatterns: list[URLPattern] = [
    path(_AT, pages.mine, name="apply-account"),
    path(f"{_AT}register/", door.register, name="apply-account-register"),
    path(f"{_AT}sign-in/", door.sign_in, name="apply-account-sign-in"),
    path(f"{_AT}sign-out/", door.sign_out, name="apply-account-sign-out"),
    path(f"{_AT}forgotten/", door.forgotten, name="apply-account-forgotten"),
    path(f"{_AT}reset/", door.reset, name="apply-account-reset"),
    path(f"{_AT}reset/<str:token>/", door.reset_link, name="apply-account-reset-link"),
    path(f"{_AT}open/", pages.open_case, name="apply-account-open"),
    path(f"{_AT}add/", pages.add, name="apply-account-add"),
    path(f"{_AT}profile/", pages.profile, name="apply-account-profile"),
    path(f"{_AT}password/", pages.password, name="apply-account-password"),
    path(f"{_AT}close/", pages.close, name="apply-account-close"),
]
