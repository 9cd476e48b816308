"""Every address of the site. Public pages first, the office under /office/."""

from django.urls import include, path
from django.views.decorators.cache import never_cache
from wagtail.admin import urls as wagtailadmin_urls

from gongkai.applications.public.urls import urlpatterns as applications
from gongkai.base import public as base
from gongkai.base.permissions import staff
from gongkai.base.sign_in import OwnAccount
from gongkai.bodies import public as bodies
from gongkai.bodies.ledger import public as ledger
from gongkai.engagement.public.urls import urlpatterns as engagement
from gongkai.publishing.public.urls import urlpatterns as publishing
from gongkai.reporting.public import check, compare, data, reports
from gongkai.reporting.public import ledger as open_ledger

urlpatterns = [
    path("reports/", reports.report_list, name="report-list"),
    path("reports/<slug:slug>/<int:year>/", reports.report, name="report"),
    path(
        "reports/<slug:slug>/<int:year>/versions/<int:number>/",
        reports.former,
        name="report-version",
    ),
    path(
        "reports/<slug:slug>/<int:year>/report.<slug:kind>", reports.report_file, name="report-file"
    ),
    *open_ledger.urlpatterns,
    path("reports/compare/", compare.compare, name="report-compare"),
    path("reports/compare/data.<slug:kind>", compare.compare_file, name="report-compare-file"),
    path("check/", check.check, name="report-check"),
    path("check/download/", check.check_download, name="report-check-download"),
    path("check/file/", check.check_file, name="report-check-file"),
    *applications,
    *publishing,
    *engagement,
    path("data/", data.data, name="data"),
    path("data/annual-reports.csv", data.data_csv, name="data-csv"),
    path("data/annual-reports.json", data.data_json, name="data-json"),
    path("data/columns.csv", data.data_columns, name="data-columns"),
    path("data/schema/gongkai-annual-report-1.json", data.data_schema, name="data-schema"),
    path("feed.atom", data.feed, name="feed"),
    path("sitemap.xml", data.sitemap, name="sitemap"),
    path("sitemap-<slug:section>.xml", data.sitemap_section, name="sitemap-section"),
    *ledger.urlpatterns,
    path("bodies/", bodies.body_list, name="body-list"),
    path("bodies/<slug:slug>/", bodies.body, name="body"),
    path("display/", base.display, name="display"),
    path("accessibility/", base.accessibility, name="accessibility"),
    path("site-map/", base.site_map, name="site-map"),
    path("report-error/", base.report_error, name="report-error"),
    path("robots.txt", base.robots, name="robots"),
    path("favicon.ico", base.favicon, name="favicon"),
    path(
        "office/account/",
        staff("wagtailadmin.access_admin")(never_cache(OwnAccount.as_view())),
        name="wagtailadmin_account",
    ),
    path("office/", include(wagtailadmin_urls)),
]

handler400 = base.bad_request
handler403 = base.forbidden
handler404 = base.not_found
handler500 = base.server_error
