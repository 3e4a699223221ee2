import django
from django.conf import settings
from django.core import checks
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import re_path
from django.utils.cache import patch_vary_headers

import policy

if policy.methods == "*" and policy.credentials:
    policy.cannot_express("any method with credentials: `*` is sent literally")
if policy.any_header and policy.credentials:
    policy.cannot_express("any header with credentials: `*` is sent literally")
if policy.max_age == 0:
    policy.cannot_express("max-age 0: the value 0 omits the header")

exact = [] if policy.origins == "*" else [o for o in policy.origins if not policy.is_pattern(o)]
patterns = [] if policy.origins == "*" else [policy.regex(o) for o in policy.origins if policy.is_pattern(o)]


def handler(request):
    if request.path == "/fails":
        raise RuntimeError("the handler failed")
    response = HttpResponse(policy.body, status=policy.status(request.path), headers=policy.headers)
    for name, value in policy.requested_headers(request.headers.get("Fetch-Cors-Handler")):
        if name.lower() == "vary":
            patch_vary_headers(response, [value])
        else:
            response[name] = value
    return response


urlpatterns = [re_path("", handler)]

settings.configure(
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=["corsheaders"],
    MIDDLEWARE=["corsheaders.middleware.CorsMiddleware", "django.middleware.common.CommonMiddleware"],
    CORS_ALLOW_ALL_ORIGINS=policy.origins == "*",
    CORS_ALLOWED_ORIGINS=exact,
    CORS_ALLOWED_ORIGIN_REGEXES=patterns,
    CORS_ALLOW_CREDENTIALS=policy.credentials,
    CORS_ALLOW_METHODS=["*"] if policy.methods == "*" else policy.methods,
    CORS_ALLOW_HEADERS=["*"] if policy.any_but_authorization else policy.request_headers,
    CORS_EXPOSE_HEADERS=policy.expose_headers,
    # 0 omits the header.
    CORS_PREFLIGHT_MAX_AGE=policy.max_age or 0,
)
django.setup()
errors = checks.run_checks()
if errors:
    policy.cannot_express("; ".join(str(error) for error in errors))

policy.serve_wsgi(get_wsgi_application())
