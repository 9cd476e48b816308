"""What every installation shares; docs/operations.md explains every GONGKAI_* variable."""

import os
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF

from gongkai.settings.mail import mail_settings

PACKAGE = Path(__file__).resolve().parents[1]
#: Database (SQLite), uploads and collected static files; never inside the package.
DATA_DIR = Path(os.environ.get("GONGKAI_DATA_DIR", Path.cwd() / "var")).resolve()

SECRET_KEY = os.environ.get("GONGKAI_SECRET_KEY", "")
#: Fernet keys of the personal data (base.sealed), newest first; kept apart from the database.
GONGKAI_DATA_KEYS = [k for k in os.environ.get("GONGKAI_DATA_KEYS", "").split(",") if k]
DEBUG = False
ALLOWED_HOSTS = [h for h in os.environ.get("GONGKAI_ALLOWED_HOSTS", "").split(",") if h]
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("GONGKAI_TRUSTED_ORIGINS", "").split(",") if o]

INSTALLED_APPS = [
    "gongkai.base",
    "gongkai.bodies",
    "gongkai.applications",
    "gongkai.publishing",
    "gongkai.engagement",
    "gongkai.registers",
    "gongkai.reporting",
    "gongkai.demo",
    "wagtail.users",
    "wagtail.admin",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.sites",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_htmx",
    "axes",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "gongkai.base.middleware.Guard",
    "gongkai.bodies.middleware.RolesInTime",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
#: Of a new password, wherever one is set: in the office, at the terminal, from the environment.
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 1  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "base/locked.html"

ROOT_URLCONF = "gongkai.urls"
WSGI_APPLICATION = "gongkai.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "gongkai.base.context.site",
            ],
            "libraries": {"wagtailadmin_tags": "gongkai.base.shell_tags"},
        },
    }
]

# Wagtail's own tags and ours in their place have one name, by intent.
SILENCED_SYSTEM_CHECKS = ["templates.W003"]

DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("GONGKAI_DATABASE_URL", f"sqlite:///{DATA_DIR / 'gongkai.sqlite3'}"),
        conn_max_age=60,
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # WAL and an early write lock: readers never wait, two writers queue instead of failing.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    }
#: Also deletions from append-only tables are refused by the database (False only in tests,
#: which empty their tables between stories).
GONGKAI_APPEND_ONLY_DELETES = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文")]
WAGTAIL_CONTENT_LANGUAGES = WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
LOCALE_PATHS = [PACKAGE / "base" / "locale"]
TIME_ZONE = "Asia/Shanghai"
WAGTAIL_USER_TIME_ZONES = ["Asia/Shanghai"]
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        # Nobody else on the machine reads what was uploaded.
        "OPTIONS": {"file_permissions_mode": 0o600, "directory_permissions_mode": 0o700},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
#: Uploads are never served by their path: a view checks the permission and sends them.
MEDIA_ROOT = DATA_DIR / "files"
MEDIA_URL = "/media/"
#: One request body, and one uploaded report (bytes).
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
GONGKAI_UPLOAD_LIMIT = 50 * 1024 * 1024

CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"},
    # Kept pages (base.page_cache), in each process: they go out of date by themselves.
    "pages": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "pages",
        "OPTIONS": {"MAX_ENTRIES": 200},
    },
}
#: Seconds for which a public page is kept when nothing is done meanwhile; 0 keeps none.
GONGKAI_PAGE_CACHE = int(os.environ.get("GONGKAI_PAGE_CACHE", "60"))

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "gongkai.base.public.csrf_failure"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
#: Nothing from elsewhere, no script in a page; the office may use inline styles (base.middleware).
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
    },
}

LOGIN_URL = "/office/login/"
WAGTAIL_SITE_NAME = "政府信息公开工作平台"
WAGTAILADMIN_BASE_URL = os.environ.get("GONGKAI_BASE_URL", "http://127.0.0.1:8000")
# Nothing calls outside.
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
# The shell has no workflow pages; publishing moves its own tasks (gongkai.publishing.actions).
WAGTAIL_WORKFLOW_ENABLED = False
WAGTAIL_FINISH_WORKFLOW_ACTION = "gongkai.publishing.workflow_end.nothing_goes_out"
WAGTAILADMIN_USER_LOGIN_FORM = "gongkai.base.sign_in.LoginForm"
# A forgotten password is set anew by the administrator, who knows the person.
WAGTAIL_PASSWORD_RESET_ENABLED = False

#: What the mandatory page tags and the footer say of this site (DOMAIN: 政府网站发展指引).
GONGKAI_SITE = {
    "name": os.environ.get("GONGKAI_SITE_NAME", "政府信息公开工作平台"),
    "domain": os.environ.get("GONGKAI_SITE_DOMAIN", "localhost"),
    "id_code": os.environ.get("GONGKAI_SITE_ID_CODE", ""),
    "icp": os.environ.get("GONGKAI_SITE_ICP", ""),
    "police": os.environ.get("GONGKAI_SITE_POLICE", ""),
    "organiser": os.environ.get("GONGKAI_SITE_ORGANISER", ""),
    "undertaker": os.environ.get("GONGKAI_SITE_UNDERTAKER", ""),
    "mark": os.environ.get("GONGKAI_SITE_MARK", ""),
    "ipv6": os.environ.get("GONGKAI_SITE_IPV6", "") == "1",
    "phone": os.environ.get("GONGKAI_SITE_PHONE", ""),
    "address": os.environ.get("GONGKAI_SITE_ADDRESS", ""),
    # Nobody but the organiser says on what terms its data may be used.
    "data_terms": os.environ.get("GONGKAI_SITE_DATA_TERMS", ""),
}

#: Notices to applicants: by e-mail when a mail server is named, by SMS when a back-end is.
globals().update(mail_settings(os.environ.get("GONGKAI_SMTP_URL", "")))
DEFAULT_FROM_EMAIL = os.environ.get("GONGKAI_MAIL_FROM", "noreply@localhost")
GONGKAI_SMS_BACKEND = os.environ.get("GONGKAI_SMS_BACKEND", "")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"refusals": {"()": "gongkai.base.log.Refusals"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["refusals"]}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
