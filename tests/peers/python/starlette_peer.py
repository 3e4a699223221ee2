import asyncio
import socket

import uvicorn
from starlette.applications import Starlette
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response

import policy

if policy.methods == "*":
    policy.cannot_express("any method: `*` means the standard methods")
if policy.any_but_authorization:
    policy.cannot_express("any header also allows Authorization")

origins = [policy.origins] if policy.origins == "*" else policy.origins
patterns = [policy.regex(origin) for origin in origins if origin != "*" and policy.is_pattern(origin)]


async def handler(request):
    path = request.url.path
    if path == "/fails":
        raise RuntimeError("the handler failed")
    response = Response(policy.body, policy.status(path), policy.headers)
    lines = ",".join(request.headers.getlist("fetch-cors-handler"))
    for name, value in policy.requested_headers(lines):
        response.headers.append(name, value)
    return response


class Handler:
    """Answers any method and path."""

    async def __call__(self, scope, receive, send):
        from starlette.requests import Request

        response = await handler(Request(scope, receive))
        await response(scope, receive, send)


app = Starlette()
app.mount("/", Handler())
# The middleware is around the whole application, so that error responses have the headers, too.
app = CORSMiddleware(
    app=app,
    allow_origins=[origin for origin in origins if origin == "*" or not policy.is_pattern(origin)],
    allow_origin_regex="|".join(patterns) or None,
    allow_methods=policy.methods,
    allow_headers=["*"] if policy.any_header else policy.request_headers,
    allow_credentials=policy.credentials,
    expose_headers=policy.expose_headers,
    # The header cannot be omitted. Browsers use 5 seconds if it is absent.
    max_age=5 if policy.max_age is None else policy.max_age,
)

# With an explicit protocol number, asyncio sets TCP_NODELAY.
listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
listener.bind(("127.0.0.1", policy.port))
listener.listen()
server = uvicorn.Server(uvicorn.Config(app, http="h11", lifespan="off", log_config=None))
policy.listening(listener.getsockname()[1])
asyncio.run(server.serve([listener]))
