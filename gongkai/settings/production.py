"""Production: PostgreSQL, HTTPS in front, every secret from the environment."""

from django.core.exceptions import ImproperlyConfigured

from gongkai.settings.base import *  # noqa: F403
from gongkai.settings.base import ALLOWED_HOSTS, GONGKAI_DATA_KEYS, SECRET_KEY

if not SECRET_KEY:
    raise ImproperlyConfigured("请设置环境变量 GONGKAI_SECRET_KEY（50 个以上的随机字符）。")
if not GONGKAI_DATA_KEYS:
    raise ImproperlyConfigured("请设置环境变量 GONGKAI_DATA_KEYS（个人信息加密密钥）。")
if not ALLOWED_HOSTS:
    raise ImproperlyConfigured("请设置环境变量 GONGKAI_ALLOWED_HOSTS（站点域名，逗号分隔）。")

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
SECURE_HSTS_SECONDS = 31536000
GONGKAI_DEMO = False
