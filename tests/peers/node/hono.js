import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { cors } from 'hono/cors'
import { body, cannotExpress, headers, listening, policy, port, requestedHeaders } from './policy.js'

const reflects = policy.credentials
const isPattern = (origin) => origin instanceof RegExp

const options = {
  origin: policy.origins,
  credentials: policy.credentials,
  allowMethods: policy.methods === '*' ? ['*'] : policy.methods,
  allowHeaders: policy.requestHeaders,
  exposeHeaders: policy.exposeHeaders,
  maxAge: policy.maxAge
}
if (policy.origins !== '*' && policy.origins.some(isPattern)) {
  const matches = (origin) => policy.origins.some((one) => isPattern(one) ? one.test(origin) : one === origin)
  options.origin = (origin) => matches(origin) ? origin : null
} else if (policy.origins.length === 1) {
  options.origin = policy.origins[0]
}
if (reflects && policy.methods === '*') {
  options.allowMethods = (_, context) => [context.req.header('Access-Control-Request-Method')].filter(Boolean)
}
// An empty list is the default, and reflects the requested names.
if (reflects && policy.requestHeaders.includes('*')) options.allowHeaders = []

const app = new Hono()
app.use('*', cors(options))
app.all('*', (context) => {
  const { path } = context.req
  if (path === '/fails') throw new Error('the handler failed')
  for (const [name, value] of Object.entries(headers)) context.header(name, value)
  for (const [name, value] of requestedHeaders(context.req.header('fetch-cors-handler'))) {
    context.header(name, value, { append: name === 'vary' })
  }
  return context.body(body, path === '/error' ? 500 : 200)
})
// The framework's error response, without the stack trace on standard error.
app.onError((_, context) => context.text('Internal Server Error', 500))

serve({ fetch: app.fetch, hostname: '127.0.0.1', port }, (address) => listening(address.port))
