import { METHODS } from 'node:http'
import cors from '@fastify/cors'
import Fastify from 'fastify'
import { body, headers, listening, policy, port, requestedHeaders } from './policy.js'

const reflects = policy.credentials

const options = {
  origin: policy.origins.length === 1 ? policy.origins[0] : policy.origins,
  credentials: policy.credentials,
  methods: policy.methods,
  allowedHeaders: reflects && policy.requestHeaders.includes('*') ? null : policy.requestHeaders,
  exposedHeaders: policy.exposeHeaders.length === 0 ? null : policy.exposeHeaders,
  maxAge: policy.maxAge ?? null
}

// "Configuring CORS Asynchronously": a function of the request returns the options.
function reflectingTheMethod (request, callback) {
  callback(null, { ...options, methods: request.headers['access-control-request-method'] ?? [] })
}

const app = Fastify()
// Fastify routes all methods that Node.js parses.
for (const method of METHODS) if (!app.supportedMethods.includes(method)) app.addHttpMethod(method)
await app.register(cors, reflects && policy.methods === '*' ? { delegator: reflectingTheMethod } : options)
app.route({
  // The plugin adds the route for OPTIONS, so this route has all methods except OPTIONS.
  method: app.supportedMethods.filter((method) => method !== 'OPTIONS'),
  url: '/*',
  exposeHeadRoute: false,
  handler (request, reply) {
    const path = request.url.split('?')[0]
    if (path === '/fails') throw new Error('the handler failed')
    for (const [name, value] of requestedHeaders(request.headers['fetch-cors-handler'])) {
      // `header` replaces earlier values, so the earlier values of `vary` are set again.
      const before = name === 'vary' ? [reply.getHeader(name)].flat().filter(Boolean) : []
      reply.header(name, [...before, value])
    }
    reply.code(path === '/error' ? 500 : 200).headers(headers).send(body)
  }
})

await app.listen({ port, host: '127.0.0.1' })
listening(app.server.address().port)
