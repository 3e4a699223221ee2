import cors from 'cors'
import express from 'express'
import { body, headers, listening, policy, port, requestedHeaders } from './policy.js'

const reflects = policy.credentials

const options = {
  origin: policy.origins.length === 1 ? policy.origins[0] : policy.origins,
  credentials: policy.credentials,
  methods: policy.methods,
  exposedHeaders: policy.exposeHeaders,
  maxAge: policy.maxAge
}
// Without `allowedHeaders`, the requested names are reflected.
if (!(reflects && policy.requestHeaders.includes('*'))) options.allowedHeaders = policy.requestHeaders

// "Configuring CORS Asynchronously": a function of the request returns the options.
function reflectingTheMethod (request, callback) {
  callback(null, { ...options, methods: request.header('Access-Control-Request-Method') ?? [] })
}

const app = express()
app.use(cors(reflects && policy.methods === '*' ? reflectingTheMethod : options))
app.use((request, response, next) => {
  if (request.path === '/fails') return next(new Error('the handler failed'))
  for (const [name, value] of requestedHeaders(request.get('fetch-cors-handler'))) {
    if (name === 'vary') response.vary(value)
    else response.set(name, value)
  }
  response.status(request.path === '/error' ? 500 : 200).set(headers).send(body)
})
// The framework's error response, without the stack trace on standard error.
app.set('env', 'test')

const server = app.listen(port, '127.0.0.1', () => listening(server.address().port))
