"""Sends the requests of `fetch-cors probe`, and prints the exchanges for `fetch-cors judge`.

python3 send.py < requests.ndjson > exchanges.ndjson
"""

import argparse, contextlib, http.client, json, os, socket, ssl, sys, threading, time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

# Every browser sends a user agent, and some firewalls refuse requests without one.
USER_AGENT = "Mozilla/5.0"
METHODS_WITH_BODY = ("PATCH", "POST", "PUT")
TIMEOUT_SECONDS = 10
MAX_TIMEOUTS = 10
MAX_BODY_BYTES = 65_536


def parse_header(text):
    name, colon, value = text.partition(":")
    if not colon or not name.strip():
        raise argparse.ArgumentTypeError(f"`{text}` is not a header: write `NAME: VALUE`")
    # The headers of a request are strings with one character for each byte.
    return name.strip().lower(), value.strip().encode("utf-8", "surrogateescape").decode("latin-1")


def parse_number(text):
    if text.isdecimal() and 1 <= int(text) <= 64:
        return int(text)
    raise argparse.ArgumentTypeError("expected a whole number from 1 to 64")


def parse_seconds(text):
    with contextlib.suppress(ValueError):
        if 0 <= float(text) <= 60:
            return float(text)
    raise argparse.ArgumentTypeError("expected a number of seconds from 0 to 60, such as 0.5")


def parse_arguments():
    parser = argparse.ArgumentParser(
        description="Send the requests of `fetch-cors probe` on the standard input, and print the exchanges for `fetch-cors judge`"
    )
    parser.add_argument("--header", type=parse_header, action="append", default=[], metavar="'NAME: VALUE'",
        help="a header for every request except OPTIONS (`user-agent`: for OPTIONS too), such as `cookie: session=abc` of a test user; can be repeated. "
        "A cookie is added to the cookies of the request; any other header replaces the header of the request")
    parser.add_argument("--body", type=str.encode, default=b"", metavar="TEXT",
        help="the body of POST, PUT and PATCH requests; a request without `content-type` gets `application/json`")
    parser.add_argument("--parallel", type=parse_number, default=1, metavar="N",
        help="the number of requests at the same time, from 1 to 64")
    parser.add_argument("--pause", type=parse_seconds, default=0, metavar="SECONDS",
        help="the time before each request, for a server that limits the number of requests, such as 0.5")
    known, others = parser.parse_known_args()
    if others:
        if others[0].startswith("-"):
            parser.error(f"unknown option `{others[0]}`: try `--help`")
        parser.error(f"unexpected argument `{others[0]}`: the requests are read from the standard input, so write `python3 send.py < FILE`")
    return known


def headers_to_send(request, body):
    headers = [(name, value) for name, value in request["headers"]]
    if all(name != "user-agent" for name, _ in headers):
        given = [value for name, value in arguments.header if name == "user-agent"]
        headers.append(("user-agent", (given or [USER_AGENT])[-1]))
    # Browsers send preflights without credentials.
    if request["method"] == "OPTIONS":
        return headers
    if body and all(name != "content-type" for name, _ in headers):
        headers.append(("content-type", "application/json"))
    for name, value in arguments.header:
        if name == "cookie":
            # One line with all cookies: many servers do not understand several lines.
            value = "; ".join([known for other, known in headers if other == name] + [value])
        headers = [header for header in headers if header[0] != name] + [(name, value)]
    return headers


def read_requests():
    requests = []
    for number, line in enumerate(sys.stdin.buffer.read().splitlines(), start=1):
        if not line.strip():
            continue
        try:
            request = json.loads(line)
            requests.append({name: request[name] for name in ("id", "method", "url", "headers")})
        except (KeyError, TypeError, ValueError):
            sys.exit(f"send.py: line {number} is not a request in UTF-8: give the script the output of `fetch-cors probe`")
    return requests


def reason_for(error, server):
    """Returns the reason why a request has no response, and what to do."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return (f"the certificate of `{server}` is not valid ({error.verify_message}): use a host name of the certificate, "
            "or trust the issuer with `SSL_CERT_FILE=FILE`")
    if isinstance(error, ssl.SSLError):
        return f"the TLS connection to `{server}` failed ({error.reason or error}): is `https:` right at this port?"
    if isinstance(error, socket.gaierror):
        return f"the host of `{server}` is unknown: is the URL right?"
    if isinstance(error, ConnectionRefusedError):
        return f"`{server}` refuses connections: is the server running at this port?"
    if isinstance(error, TimeoutError):
        return f"`{server}` does not answer within {TIMEOUT_SECONDS} seconds: is it overloaded, or behind a firewall?"
    if isinstance(error, (ConnectionError, http.client.RemoteDisconnected)):
        return f"`{server}` closes the connection without a response: look into its log"
    if isinstance(error, http.client.HTTPException):
        return f"`{server}` does not answer with HTTP/1.1: is `http:` right at this port?"
    return f"no connection to `{server}` ({getattr(error, 'strerror', None) or error}): is the URL right?"


def report(reason, request):
    """Prints each reason once, for the first request without a response."""
    with reasons_lock:
        if reason in reasons:
            return
        reasons.add(reason)
        start = "\n" if sys.stderr.isatty() else ""
        print(f"{start}send.py: `{request['id']}` gets no response: {reason}", file=sys.stderr, flush=True)


def read_short_body(response):
    """Some servers log an error if the client does not read the body. A stream of events has no length, and never ends."""
    if response is not None and response.length is not None and response.length <= MAX_BODY_BYTES:
        with contextlib.suppress(OSError, http.client.HTTPException):
            response.read()


def send(request):
    url = urlsplit(request["url"])
    tls = url.scheme == "https"
    has_body = request["method"] in METHODS_WITH_BODY
    body = arguments.body if has_body else b""
    time.sleep(arguments.pause)
    start = time.monotonic()
    try:
        connection = (http.client.HTTPSConnection if tls else http.client.HTTPConnection)(url.netloc, timeout=TIMEOUT_SECONDS)
        connection.putrequest(request["method"], (url.path or "/") + (url.query and "?" + url.query))
        for name, value in headers_to_send(request, body):
            connection.putheader(name, value.encode("latin-1"))
        if has_body:
            connection.putheader("content-length", str(len(body)))
        connection.endheaders(body or None)
        response = connection.getresponse()
        answer = {"status": response.status, "headers": response.getheaders()}
    except (OSError, http.client.HTTPException) as error:
        response = None
        answer = {"error": "timeout" if isinstance(error, TimeoutError) else "network"}
        report(reason_for(error, url.netloc), request)
    seconds = round(time.monotonic() - start, 6)
    read_short_body(response)
    return {"id": request["id"], "request": request, "response": answer, "seconds": seconds}


def send_all(pool):
    """Prints the exchanges. Stops if `MAX_TIMEOUTS` requests in sequence get no response. Long preflights do not count."""
    timeouts = 0
    for number, exchange in enumerate(pool.map(send, requests), start=1):
        print(json.dumps(exchange), flush=True)
        if sys.stderr.isatty():
            end = "\n" if number == len(requests) else ""
            print(f"\rsent {number} of {len(requests)} requests", end=end, file=sys.stderr, flush=True)
        # A server can stall on long preflights only (`slow-preflights`), so their timeouts do not count.
        if not exchange["id"].startswith("long-"):
            timeouts = timeouts + 1 if exchange["response"].get("error") == "timeout" else 0
        if timeouts == MAX_TIMEOUTS < len(requests):
            pool.shutdown(wait=False, cancel_futures=True)
            sys.exit(f"send.py: stopped after `{exchange['id']}`, because {timeouts} requests in sequence got no response")


arguments = parse_arguments()
requests = read_requests()
reasons, reasons_lock = set(), threading.Lock()
with ThreadPoolExecutor(arguments.parallel) as threads:
    try:
        send_all(threads)
    except BrokenPipeError:
        # The program that reads the exchanges has ended, and has said why.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        threads.shutdown(wait=False, cancel_futures=True)
        sys.exit(1)
