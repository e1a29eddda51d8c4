"""All settings, in one file; what differs between installations comes from the environment.

The names that an operator sets are listed in docs/running/install.md.
"""

import os
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _


def env(name: str, default: str = "") -> str:
    """The value of an environment variable; an empty one counts as not set."""
    return os.environ.get(name) or default


def env_flag(name: str, default: bool) -> bool:
    """A switch from the environment: 1, true, yes, on; anything else is off."""
    value = os.environ.get(name)
    return default if not value else value.strip().lower() in {"1", "true", "yes", "on"}


ROOT = Path(__file__).resolve().parents[2]
DATA_DIR = Path(env("DATA_DIR", str(ROOT / "data"))).absolute()
DEBUG = False
SECRET_KEY = env("SECRET_KEY")
if not SECRET_KEY:
    from orbita.config.secret_key import load_or_create

    SECRET_KEY = load_or_create(DATA_DIR / "secret_key")

ALLOWED_HOSTS = env("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
HTTPS = env_flag("HTTPS", False)
TRUSTED_PROXIES = int(env("TRUSTED_PROXIES", "0"))
BASE_URL = env("BASE_URL", "http://127.0.0.1:8000")
CSRF_TRUSTED_ORIGINS = [BASE_URL]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "procrastinate.contrib.django",
    "orbita.ui",
    "orbita.accounts",
    "orbita.preferences",
    "orbita.sso",
    "orbita.jobs",
    "orbita.records",
    "orbita.audit",
    "orbita.activity",
    "orbita.help",
    "orbita.members",
    "orbita.notes",
    "orbita.files",
    "orbita.relations",
    "orbita.contacts",
    "orbita.products",
    "orbita.spaces",
    "orbita.deals",
    "orbita.imports",
    "orbita.api",
    "orbita.demo",
]
INSTALLED_APPS += [app for app in env("EXTRA_APPS").split(",") if app]

MIDDLEWARE = [
    "orbita.config.middleware.RequestIdMiddleware",
    "orbita.config.middleware.ResponseHeadersMiddleware",
    "csp.middleware.CSPMiddleware",
    "orbita.config.middleware.HealthMiddleware",
    "orbita.config.middleware.LoginRoomMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "orbita.accounts.middleware.ViewerMiddleware",
    "orbita.preferences.middleware.AccountMiddleware",
    "orbita.accounts.middleware.AuditMiddleware",
    "orbita.accounts.middleware.LoginMiddleware",
    "orbita.config.middleware.MethodsMiddleware",
    "orbita.records.middleware.MergedMiddleware",
]

ROOT_URLCONF = "orbita.config.urls"
WSGI_APPLICATION = "orbita.config.wsgi.application"
FORM_RENDERER = "orbita.ui.forms.FormRenderer"

TEMPLATES = [
    {
        "NAME": "django",
        "BACKEND": "orbita.ui.templating.Templates",
        "APP_DIRS": False,
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["django.template.loaders.app_directories.Loader"],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "orbita.ui.context.shell",
            ],
            "builtins": [
                "orbita.ui.templatetags.ui",
                "orbita.records.templatetags.records",
                "orbita.help.templatetags.helping",
                "django.templatetags.i18n",
                "orbita.ui.templatetags.constants",
            ],
        },
    }
]

DATABASES = {
    "default": dj_database_url.parse(
        env("DATABASE_URL", "postgresql://orbita@127.0.0.1:5432/orbita"),
        engine="orbita.config.postgresql",
    )
}
DATABASES["default"]["CONN_MAX_AGE"] = 600
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"].setdefault("OPTIONS", {}).update({"application_name": "orbita"})
if STATEMENT_TIMEOUT_MS := int(env("STATEMENT_TIMEOUT_MS", "0")):
    DATABASES["default"]["OPTIONS"]["options"] = f"-c statement_timeout={STATEMENT_TIMEOUT_MS}"

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = ""  # orbita.jobs knows the tasks
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["orbita.accounts.backends.Backend"]
WEB_THREADS = int(env("WEB_THREADS", "4"))
PASSWORD_HASHERS = [
    "orbita.accounts.hashers.BoundedArgon2Hasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "orbita.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_FORMS = {"login": "orbita.accounts.forms.LoginForm"}
MFA_ADAPTER = "orbita.accounts.second_factor.Adapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1  # a clock may be half a minute wrong
MFA_RATE_LIMITS = False
PASSWORD_RESET_TIMEOUT = 3600
ACCOUNT_RATE_LIMITS = False  # the adapter counts on our own table, shared by all processes

OIDC_ISSUER = env("OIDC_ISSUER")
OIDC_CLIENT_ID, OIDC_CLIENT_SECRET = env("OIDC_CLIENT_ID"), env("OIDC_CLIENT_SECRET")
OIDC_LABEL = env("OIDC_LABEL", "SSO")
OIDC_SCOPES = " ".join(dict.fromkeys(["openid", *env("OIDC_SCOPES", "profile email").split()]))
OIDC_TRUST_EMAIL = env_flag("OIDC_TRUST_EMAIL", False)

SESSION_ENGINE = "orbita.accounts.sessions"
SESSION_COOKIE_AGE = 90 * 24 * 3600  # the longest; orbita.accounts.policy says when it ends
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = False
if HTTPS:
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 31536000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "orbita.config.errors.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

LANGUAGE_CODE = "pl"
LANGUAGES = [("pl", _("Polish")), ("en", _("English"))]
LOCALE_PATHS = [ROOT / "orbita" / "locale"]
TIME_ZONE = "Europe/Warsaw"
USE_I18N = USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = Path(env("STATIC_ROOT", str(ROOT / "staticfiles")))
NODE_MODULES = ROOT / "node_modules"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "orbita.ui.finders.NodePackagesFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "orbita.ui.storage.StaticStorage"},
}
WHITENOISE_MANIFEST_STRICT = True
WHITENOISE_ALLOW_ALL_ORIGINS = False
MEDIA_ROOT = DATA_DIR / "files"
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_TEMP_DIR = None
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_MAX_BYTES = int(env("FILE_MAX_BYTES", str(100 * 1024 * 1024)))
API_CALLS_PER_MINUTE = int(env("API_CALLS_PER_MINUTE", "600"))  # of one token
API_FAILURES_PER_MINUTE = int(env("API_FAILURES_PER_MINUTE", "30"))  # of one address
IMPORT_MAX_BYTES = int(env("IMPORT_MAX_BYTES", str(400 * 1024 * 1024)))  # a million full rows

EMAIL_HOST = env("EMAIL_HOST")
EMAIL_PORT = int(env("EMAIL_PORT", "587"))
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = env("EMAIL_HOST_USER"), env("EMAIL_HOST_PASSWORD")
EMAIL_USE_SSL = env_flag("EMAIL_USE_SSL", EMAIL_PORT == 465)
EMAIL_USE_TLS = env_flag("EMAIL_USE_TLS", EMAIL_PORT == 587 and not EMAIL_USE_SSL)
EMAIL_TIMEOUT = 20
EMAIL_FILE_PATH = DATA_DIR / "mail"
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if EMAIL_HOST
    else "orbita.accounts.mail_files.EmailBackend"
)
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", f"Orbita <orbita@{urlsplit(BASE_URL).hostname}>")
DEMO = env_flag("DEMO", True)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "orbita.config.logs.JsonLines"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env("LOG_LEVEL", "WARNING")},
}
