"""What every response carries, from the server and from a host of exported files."""

from helper.model.settings import Settings

HTML = "text/html; charset=utf-8"
JSON = "application/json"
PAGE = "public, max-age=0, s-maxage=60, stale-if-error=86400"
"""Never stale-while-revalidate: a browser without network would show the page as if it were new."""
PARTIAL = "public, max-age=60, stale-while-revalidate=600, stale-if-error=86400"
FRESH = "no-cache"
"""For what a browser must ask for each time: the worker, what it copies, and the manifest."""
ASSET = "public, max-age=31536000, immutable"
ERROR = "no-store"
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors "
)
HEADERS = {
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def secure(settings: Settings) -> dict[str, str]:
    """The headers of every response of a guide with these settings."""
    headers = {"Content-Security-Policy": CONTENT_SECURITY_POLICY + (" ".join(settings.frame_ancestors) or "'none'")}
    if settings.public_address:
        headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
    return headers | HEADERS
