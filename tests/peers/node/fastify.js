import { METHODS } from 'node:http'
import cors from '@fastify/cors'
import Fastify from 'fastify'
import { body, headers, listening, policy, port, said } from './policy.js'

const reflects = policy.credentials

const options = {
  origin: policy.origins.length === 1 ? policy.origins[0] : policy.origins,
  credentials: policy.credentials,
  methods: policy.methods,
  allowedHeaders: reflects && policy.requestHeaders.includes('*') ? null : policy.requestHeaders,
  exposedHeaders: policy.exposeHeaders.length === 0 ? null : policy.exposeHeaders,
  maxAge: policy.maxAge ?? null
}

// "Configuring CORS Asynchronously": a function of the request gives the options.
function reflectingTheMethod (request, callback) {
  callback(null, { ...options, methods: request.headers['access-control-request-method'] ?? [] })
}

const app = Fastify()
// What Node.js parses, and Fastify routes.
for (const method of METHODS) if (!app.supportedMethods.includes(method)) app.addHttpMethod(method)
await app.register(cors, reflects && policy.methods === '*' ? { delegator: reflectingTheMethod } : options)
app.route({
  // The plugin has a route for OPTIONS.
  method: app.supportedMethods.filter((method) => method !== 'OPTIONS'),
  url: '/*',
  exposeHeadRoute: false,
  handler (request, reply) {
    const path = request.url.split('?')[0]
    if (path === '/fails') throw new Error('it failed')
    for (const [name, value] of said(request.headers['fetch-cors-handler'])) {
      // `header` replaces what is there.
      const before = name === 'vary' ? [reply.getHeader(name)].flat().filter(Boolean) : []
      reply.header(name, [...before, value])
    }
    reply.code(path === '/error' ? 500 : 200).headers(headers).send(body)
  }
})

await app.listen({ port, host: '127.0.0.1' })
listening(app.server.address().port)
