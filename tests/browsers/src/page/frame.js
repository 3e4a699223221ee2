// Runs the fetches that the page asks for, and answers with the results that the script sees.
"use strict";

performance.setResourceTimingBufferSize(100000);

addEventListener("message", ({ ports: [port] }) => {
  port.onmessage = async ({ data: { number, call, limit } }) => port.postMessage({ number, result: await run(call, limit) });
});

/** `limit` is the time in milliseconds after which the fetch has no outcome. */
async function run(call, limit) {
  const start = performance.now();
  const late = new Promise((done) => setTimeout(done, limit, { type: "late" }));
  const result = await Promise.race([late, (call.api === "xhr" || call.use_cors_preflight ? request(call) : fetched(call))])
    .catch((error) => ({ type: "error", message: String(error) }));
  if (result.status !== undefined) result.timing_allowed = await timing(call.url, start);
  return result;
}

function body({ body }) {
  if (!body) return undefined;
  if (body === true) return new Uint8Array([120]).buffer;
  // A Blob changes its type to lower case, so a string and `URLSearchParams` give the two types with capital letters.
  if (body.type === "text/plain;charset=UTF-8") return "x";
  if (body.type === "application/x-www-form-urlencoded;charset=UTF-8") return new URLSearchParams("x=1");
  return new Blob(["x"], { type: body.type });
}

async function fetched(call) {
  const response = await fetch(call.url, {
    method: call.method ?? "GET",
    headers: call.headers ?? [],
    body: body(call),
    mode: call.mode ?? "cors",
    credentials: call.credentials ?? "same-origin",
    redirect: call.redirect ?? "follow",
    referrerPolicy: call.referrer_policy ?? "",
  });
  const { type, status, url, redirected } = response;
  const headers = [...response.headers];
  await response.text().catch(() => {});
  return { type, status, url: url.replace(/#.*/s, ""), redirected, headers };
}

function request(call) {
  return new Promise((done, failed) => {
    const xhr = new XMLHttpRequest();
    xhr.open(call.method ?? "GET", call.url);
    for (const [name, value] of call.headers ?? []) xhr.setRequestHeader(name, value);
    xhr.withCredentials = call.credentials === "include";
    if (call.use_cors_preflight) xhr.upload.addEventListener("progress", () => {});
    xhr.onerror = () => failed(new TypeError("XMLHttpRequest failed"));
    xhr.onload = () => done({
      status: xhr.status,
      url: xhr.responseURL.replace(/#.*/s, ""),
      headers: xhr.getAllResponseHeaders().split("\r\n").filter(Boolean).map((line) => {
        const colon = line.indexOf(":");
        // One space separates a name from its value. A space at the end belongs to the value.
        return [line.slice(0, colon), line.slice(colon + 2)];
      }),
    });
    xhr.send(body(call));
  });
}

/** Whether Resource Timing shows the times. Undefined if there is no entry. */
async function timing(url, start) {
  const names = [url, url.replace(/#.*/s, "")];
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const entries = names.flatMap((name) => performance.getEntriesByName(name, "resource"));
    const entry = entries.filter((entry) => entry.startTime >= start - 1).pop();
    if (entry) return entry.requestStart > 0;
    await new Promise((done) => setTimeout(done, 10));
  }
  return undefined;
}
