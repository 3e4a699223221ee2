"""Shared by the three servers: the policy, the answers of the handler, and the greeting line."""

import json
import os
import re
import sys
import threading

_given = json.load(open(sys.argv[1], encoding="utf-8"))

port = int(sys.argv[2])

origins = _given["origins"]
credentials = _given.get("credentials", False)
methods = _given.get("methods", [])
request_headers = _given.get("request_headers", [])
expose_headers = _given.get("expose_headers", [])
max_age = _given.get("max_age")

if methods != "*":
    # A list replaces the default, so it must include the safelisted methods.
    methods = ["GET", "HEAD", "POST", *methods]
if expose_headers == "*":
    expose_headers = ["*"]

any_but_authorization = request_headers == "*"
any_header = not any_but_authorization and "*" in request_headers


def is_pattern(origin):
    return "*" in origin


# The characters that the label of a host can have.
LABEL = r"""[a-z0-9!"$&'()*+,;=_`{}~-]+"""

# A port from 0 to 65535, which browsers serialize without leading zeros.
PORT = "(0|[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])"


def regex(origin):
    """Converts the pattern to an anchored regular expression."""
    before, after = map(re.escape, origin.split("*"))
    if before.endswith(":"):
        return f"^{before[:-1]}(:{PORT})?$"
    # If `*` is the whole label, it matches any number of labels.
    is_whole_label = before.endswith("/") and after.startswith(r"\.")
    labels = rf"{LABEL}(\.{LABEL})*" if is_whole_label else LABEL
    return f"^{before}{labels}{after}$"


headers = {
    "Cache-Control": "max-age=60",
    "Content-Type": "text/plain",
    "ETag": '"1"',
    "Fetch-Cors-Handler": "here",
    "X-Internal": "1",
    "X-Request-Id": "7",
    "X-Total-Count": "3",
}
body = "content\n"


def requested_headers(lines):
    """Yields the headers that a probe requests by lines such as `vary: accept`. Commas can join the lines."""
    for line in (lines or "").split(","):
        name, colon, value = line.partition(":")
        if colon:
            yield name.strip(), value.strip()


def status(path):
    return 500 if path == "/error" else 200


def listening(port):
    print(json.dumps({"listening": int(port)}), flush=True)
    # The parent process has the other end of standard input. When the parent ends, the server exits.
    threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()


def cannot_express(why):
    print(json.dumps({"cannot_express": why}), flush=True)
    sys.exit(3)


def serve_wsgi(application):
    import logging

    from waitress.server import create_server

    logging.disable(logging.CRITICAL)
    server = create_server(application, host="127.0.0.1", port=port, threads=1)
    listening(server.effective_port)
    server.run()
