import cors from 'cors'
import express from 'express'
import { body, headers, listening, policy, port, said } from './policy.js'

const reflects = policy.credentials

const options = {
  origin: policy.origins.length === 1 ? policy.origins[0] : policy.origins,
  credentials: policy.credentials,
  methods: policy.methods,
  exposedHeaders: policy.exposeHeaders,
  maxAge: policy.maxAge
}
// Without it, what is asked for is reflected.
if (!(reflects && policy.requestHeaders.includes('*'))) options.allowedHeaders = policy.requestHeaders

// "Configuring CORS Asynchronously": a function of the request gives the options.
function reflectingTheMethod (request, callback) {
  callback(null, { ...options, methods: request.header('Access-Control-Request-Method') ?? [] })
}

const app = express()
app.use(cors(reflects && policy.methods === '*' ? reflectingTheMethod : options))
app.use((request, response, next) => {
  if (request.path === '/fails') return next(new Error('it failed'))
  for (const [name, value] of said(request.get('fetch-cors-handler'))) {
    if (name === 'vary') response.vary(value)
    else response.set(name, value)
  }
  response.status(request.path === '/error' ? 500 : 200).set(headers).send(body)
})
// The framework's own, without the stack on standard error.
app.set('env', 'test')

const server = app.listen(port, '127.0.0.1', () => listening(server.address().port))
