// What the three servers have in common: the policy, the handler's answers, and how to say that one listens.

import { readFileSync } from 'node:fs'

// What a label of a host can be made of.
const label = '[a-z0-9!"$&\'()*+,;=_`{}~-]+'

export const port = Number(process.argv[3])

const { origins, credentials = false, methods = [], request_headers = [], expose_headers = [], max_age } =
  JSON.parse(readFileSync(process.argv[2], 'utf8'))

// A list takes precedence over nothing: the safelisted methods are named too.
export const policy = {
  origins: origins === '*' ? '*' : origins.map(pattern),
  credentials,
  methods: methods === '*' ? '*' : ['GET', 'HEAD', 'POST', ...methods],
  listedMethods: methods === '*' ? [] : methods,
  requestHeaders: request_headers === '*' ? ['*'] : request_headers,
  exposeHeaders: expose_headers === '*' ? ['*'] : expose_headers,
  maxAge: max_age
}

// A string, or a regular expression with both ends.
function pattern (origin) {
  if (!origin.includes('*')) return origin
  const quoted = origin.replace(/[.]/g, '\\$&')
  const subdomains = quoted.replace('*\\.', () => `(${label}\\.)+`)
  return new RegExp(`^${subdomains.replace(':*', '(:[0-9]+)?')}$`)
}

export const headers = {
  'cache-control': 'max-age=60',
  'content-type': 'text/plain',
  etag: '"1"',
  'fetch-cors-handler': 'here',
  'x-internal': '1',
  'x-request-id': '7',
  'x-total-count': '3'
}

// What a probe asks the handler for, by lines such as `vary: accept`, which may come joined by commas.
export function said (asked) {
  const lines = asked?.split(',').filter((line) => line.includes(':')) ?? []
  return lines.map((line) => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()]
  })
}

export const body = 'content\n'

export function listening (port) {
  console.log(JSON.stringify({ listening: port }))
  // Whoever started this holds the other end.
  process.stdin.on('end', () => process.exit()).resume()
}

export function cannotExpress (why) {
  console.log(JSON.stringify({ cannot_express: why }))
  process.exit(3)
}
