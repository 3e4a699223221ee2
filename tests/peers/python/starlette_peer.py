import asyncio
import socket

import uvicorn
from starlette.applications import Starlette
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response

import policy

if policy.methods == "*":
    policy.cannot_express("any method: `*` stands for the standard ones")
if policy.any_but_authorization:
    policy.cannot_express("any header covers Authorization")

origins = [policy.origins] if policy.origins == "*" else policy.origins
patterns = [policy.regex(origin) for origin in origins if origin != "*" and policy.is_pattern(origin)]


async def handler(request):
    path = request.url.path
    if path == "/fails":
        raise RuntimeError("it failed")
    response = Response(policy.body, policy.status(path), policy.headers)
    asked = ",".join(request.headers.getlist("fetch-cors-handler"))
    for name, value in policy.said(asked):
        response.headers.append(name, value)
    return response


class Handler:
    """Any method and path."""

    async def __call__(self, scope, receive, send):
        from starlette.requests import Request

        response = await handler(Request(scope, receive))
        await response(scope, receive, send)


app = Starlette()
app.mount("/", Handler())
# Around the whole application, so that errors have the headers too.
app = CORSMiddleware(
    app=app,
    allow_origins=[origin for origin in origins if origin == "*" or not policy.is_pattern(origin)],
    allow_origin_regex="|".join(patterns) or None,
    allow_methods=policy.methods,
    allow_headers=["*"] if policy.any_header else policy.request_headers,
    allow_credentials=policy.credentials,
    expose_headers=policy.expose_headers,
    # There is no way to leave the header out; browsers take 5 seconds where it is.
    max_age=5 if policy.max_age is None else policy.max_age,
)

# With the protocol named, asyncio sends what it has at once.
listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
listener.bind(("127.0.0.1", policy.port))
listener.listen()
server = uvicorn.Server(uvicorn.Config(app, http="h11", lifespan="off", log_config=None))
policy.listening(listener.getsockname()[1])
asyncio.run(server.serve([listener]))
