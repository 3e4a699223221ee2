// Shared by the three servers: the policy, the answers of the handler, and the greeting line.

import { readFileSync } from 'node:fs'

// The characters that the label of a host can have.
const label = '[a-z0-9!"$&\'()*+,;=_`{}~-]+'

// A port from 0 to 65535, which browsers serialize without leading zeros.
const portNumber = '(0|[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])'

export const port = Number(process.argv[3])

const { origins, credentials = false, methods = [], request_headers = [], expose_headers = [], max_age } =
  JSON.parse(readFileSync(process.argv[2], 'utf8'))

// A list replaces the default, so it must include the safelisted methods.
export const policy = {
  origins: origins === '*' ? '*' : origins.map(pattern),
  credentials,
  methods: methods === '*' ? '*' : ['GET', 'HEAD', 'POST', ...methods],
  listedMethods: methods === '*' ? [] : methods,
  requestHeaders: request_headers === '*' ? ['*'] : request_headers,
  exposeHeaders: expose_headers === '*' ? ['*'] : expose_headers,
  maxAge: max_age
}

// Converts an origin to a string, and a pattern to an anchored regular expression.
function pattern (origin) {
  const [before, after] = origin.split('*').map((text) => text.replace(/[.]/g, '\\$&'))
  if (after === undefined) return origin
  if (before.endsWith(':')) return new RegExp(`^${before.slice(0, -1)}(:${portNumber})?$`)
  // If `*` is the whole label, it matches any number of labels.
  const labels = before.endsWith('/') && after.startsWith('\\.') ? `${label}(\\.${label})*` : label
  return new RegExp(`^${before}${labels}${after}$`)
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

// Returns the headers that a probe requests by lines such as `vary: accept`. Commas can join the lines.
export function requestedHeaders (lines) {
  const wellFormed = lines?.split(',').filter((line) => line.includes(':')) ?? []
  return wellFormed.map((line) => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()]
  })
}

export const body = 'content\n'

export function listening (port) {
  console.log(JSON.stringify({ listening: port }))
  // The parent process has the other end of standard input. When the parent ends, the server exits.
  process.stdin.on('end', () => process.exit()).resume()
}

export function cannotExpress (why) {
  console.log(JSON.stringify({ cannot_express: why }))
  process.exit(3)
}
