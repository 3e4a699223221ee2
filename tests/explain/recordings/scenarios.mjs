// The fetches that are recorded. Each fetch has its own URL on the API's server: `/NAME`.
//
// init       the second argument of fetch()
// preflight  the answer to OPTIONS: [status, header lines]; a status of 0 closes the connection
// response   the answer to the request itself: [status, header lines]
// url        a URL instead of the URL on the API's server

const ORIGIN = "http://127.0.0.1:8001";
const ALLOW = `Access-Control-Allow-Origin: ${ORIGIN}`;
const ANY = "Access-Control-Allow-Origin: *";
const CREDENTIALS = "Access-Control-Allow-Credentials: true";
const include = { credentials: "include" };
const put = { method: "PUT" };
const json = (more = {}) => ({ method: "POST", headers: { "content-type": "application/json" }, body: "{}", ...more });
const to = (location) => `Location: ${location}`;

export const scenarios = {
  // The CORS check of the response.
  "allowed": { response: [200, ALLOW, "X-Total: 3", "Access-Control-Expose-Headers: X-Other"] },
  "missing-allow-origin": { response: [200] },
  "trailing-slash": { response: [200, `${ALLOW}/`] },
  "other-scheme": { response: [200, "Access-Control-Allow-Origin: https://127.0.0.1:8001"] },
  "other-port": { response: [200, "Access-Control-Allow-Origin: http://127.0.0.1:3000"] },
  "null-value": { response: [200, "Access-Control-Allow-Origin: null"] },
  "invalid-value": { response: [200, "Access-Control-Allow-Origin: undefined"] },
  "two-values": { response: [200, `${ALLOW}, *`] },
  "doubled-header": { response: [200, ALLOW, ALLOW] },
  "wildcard-with-credentials": { init: include, response: [200, ANY, CREDENTIALS] },
  "no-allow-credentials": { init: include, response: [200, ALLOW] },
  "allow-credentials-in-upper-case": { init: include, response: [200, ALLOW, "Access-Control-Allow-Credentials: True"] },
  "error-without-headers": { response: [500] },
  "not-found-without-headers": { response: [404] },
  "redirect-without-headers": { response: [302, to("http://127.0.0.1:8002/allowed")] },
  "redirect-to-slash": { init: put, preflight: [301, to("http://127.0.0.1:8002/redirect-to-slash/")], response: [200, ALLOW] },
  "redirect-to-login": { response: [302, ALLOW, to("http://localhost:8002/missing-allow-origin")] },
  "redirect-with-password": { response: [302, ALLOW, to("http://user:secret@localhost:8002/allowed")] },
  "redirect-without-location-scheme": { response: [302, ALLOW, to("ftp://localhost/")] },
  "too-many-redirects": { response: [302, ALLOW, to("http://127.0.0.1:8002/too-many-redirects")] },
  "redirect-mode-error": { init: { redirect: "error" }, response: [302, ALLOW, to("http://127.0.0.1:8002/allowed")] },
  // The preflight.
  "put-allowed": { init: put, preflight: [204, ALLOW, "Access-Control-Allow-Methods: PUT"], response: [200, ALLOW] },
  "preflight-missing-allow-origin": { init: put, preflight: [204], response: [200, ALLOW] },
  "preflight-trailing-slash": { init: put, preflight: [204, `${ALLOW}/`, "Access-Control-Allow-Methods: PUT"], response: [200, ALLOW] },
  "preflight-invalid-value": { init: put, preflight: [204, "Access-Control-Allow-Origin: false"], response: [200, ALLOW] },
  "preflight-doubled-header": { init: put, preflight: [204, ALLOW, ALLOW], response: [200, ALLOW] },
  "preflight-wildcard-with-credentials": { init: { ...put, ...include }, preflight: [204, ANY, CREDENTIALS], response: [200, ALLOW, CREDENTIALS] },
  "preflight-no-allow-credentials": { init: { ...put, ...include }, preflight: [204, ALLOW, "Access-Control-Allow-Methods: PUT"], response: [200, ALLOW, CREDENTIALS] },
  "preflight-not-authenticated": { init: { headers: { authorization: "Bearer a" } }, preflight: [401, "WWW-Authenticate: Bearer"], response: [200, ALLOW] },
  "preflight-not-found": { init: put, preflight: [404, "Content-Type: text/plain"], response: [200, ALLOW] },
  "preflight-method-not-allowed": { init: put, preflight: [405, ALLOW, "Allow: GET, PUT"], response: [200, ALLOW] },
  "preflight-redirect": { init: put, preflight: [302, ALLOW, to("http://127.0.0.1:8002/login")], response: [200, ALLOW] },
  "method-missing": { init: put, preflight: [204, ALLOW, "Access-Control-Allow-Methods: GET, POST"], response: [200, ALLOW] },
  "method-in-lower-case": { init: { method: "patch" }, preflight: [204, ALLOW, "Access-Control-Allow-Methods: PATCH"], response: [200, ALLOW] },
  "header-missing": { init: json(), preflight: [204, ALLOW, "Access-Control-Allow-Methods: POST"], response: [200, ALLOW] },
  "second-header-missing": {
    init: json({ headers: { "content-type": "application/json", "x-request-id": "1" } }),
    preflight: [204, ALLOW, "Access-Control-Allow-Headers: content-type"],
    response: [200, ALLOW],
  },
  "authorization-under-wildcard": {
    init: { headers: { authorization: "Bearer a" } },
    preflight: [204, ANY, "Access-Control-Allow-Headers: *"],
    response: [200, ANY],
  },
  "invalid-allow-methods": { init: put, preflight: [204, ALLOW, "Access-Control-Allow-Methods: PUT;DELETE"], response: [200, ALLOW] },
  "invalid-allow-headers": { init: json(), preflight: [204, ALLOW, "Access-Control-Allow-Headers: content type"], response: [200, ALLOW] },
  "response-after-preflight-missing-allow-origin": { init: put, preflight: [204, ALLOW, "Access-Control-Allow-Methods: PUT"], response: [200] },
  "response-headers-on-request": {
    init: { headers: { "Access-Control-Allow-Origin": "*" } },
    preflight: [204, ALLOW],
    response: [200, ALLOW],
  },
  // Failures that the server's answer does not cause.
  "corp": { init: { mode: "no-cors" }, url: "http://localhost:8002/corp", response: [200, "Cross-Origin-Resource-Policy: same-origin"] },
  "same-origin-mode": { init: { mode: "same-origin" }, response: [200, ALLOW] },
  "bad-port": { url: "http://127.0.0.1:6000/bad-port" },
  "connection-closed": { response: [0] },
  "connection-refused": { url: "http://127.0.0.1:8999/connection-refused" },
  "no-cors-is-opaque": { init: { mode: "no-cors" }, response: [200] },
};
