from flask import Flask, Response, request
from flask_cors import CORS

import policy

if policy.methods == "*":
    policy.cannot_express("any method")
if policy.any_but_authorization:
    policy.cannot_express("any header also allows Authorization")

app = Flask(__name__, static_folder=None)
CORS(
    app,
    origins=policy.origins
    if policy.origins == "*"
    else [policy.regex(origin) if policy.is_pattern(origin) else origin for origin in policy.origins],
    methods=policy.methods,
    allow_headers="*" if policy.any_header else policy.request_headers,
    expose_headers=policy.expose_headers or None,
    supports_credentials=policy.credentials,
    max_age=policy.max_age,
)

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "PURGE", "PROPFIND", "OPTIONS"]


@app.route("/", defaults={"path": ""}, methods=METHODS)
@app.route("/<path:path>", methods=METHODS)
def handler(path):
    if path == "fails":
        raise RuntimeError("the handler failed")
    response = Response(policy.body, policy.status(request.path), policy.headers)
    for name, value in policy.requested_headers(request.headers.get("Fetch-Cors-Handler")):
        response.headers.add(name, value)
    return response


policy.serve_wsgi(app)
