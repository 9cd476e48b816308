"""Addresses of the staff pages, below /office/."""

from django.urls import path

from gongkai.reporting.desk import (
    assess,
    compile_cell,
    compile_text,
    edits,
    imports,
    problems,
    reports,
    rollup,
    route,
    route_countdown,
    route_duties,
    route_read,
    source,
)
from gongkai.reporting.desk import compile as compiling

urlpatterns = [
    path("annual-reports/", reports.report_list, name="desk-reports"),
    path("annual-reports/import/", imports.upload, name="desk-import"),
    path("annual-reports/import/<int:pk>/", imports.confirm, name="desk-import-confirm"),
    path("annual-reports/<int:pk>/", reports.report, name="desk-report"),
    path("annual-reports/<int:pk>/beside/", source.beside, name="desk-beside"),
    path(
        "annual-reports/<int:pk>/differences/",
        reports.version_differences,
        name="desk-differences",
    ),
    path("annual-reports/<int:pk>/correct/", edits.correct, name="desk-correct"),
    path(
        "annual-reports/<int:pk>/withdraw-correction/",
        edits.withdraw_correction,
        name="desk-withdraw-correction",
    ),
    path("annual-reports/<int:pk>/reread/", edits.reread, name="desk-reread"),
    path("annual-reports/<int:pk>/dates/", edits.dates, name="desk-dates"),
    path("annual-reports/<int:pk>/publish/", edits.publish, name="desk-publish"),
    path("annual-reports/<int:pk>/withdraw/", edits.withdraw, name="desk-withdraw"),
    path(
        "annual-reports/<int:pk>/versions/<int:number>/source/",
        source.source_file,
        name="desk-source",
    ),
    path(
        "annual-reports/<int:pk>/versions/<int:number>/page-<int:page_number>.png",
        source.source_page,
        name="desk-page",
    ),
    *route.urlpatterns,
    *route_read.urlpatterns,
    *route_countdown.urlpatterns,
    *route_duties.urlpatterns,
    *rollup.urlpatterns,
    *assess.urlpatterns,
    *compiling.urlpatterns,
    *compile_cell.urlpatterns,
    *compile_text.urlpatterns,
    path("findings/", problems.problem_list, name="desk-problems"),
    path("findings/<int:pk>/", problems.problem, name="desk-problem"),
]
