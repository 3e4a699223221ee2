// Records each scenario in a real browser: what the console prints, and what the network panel shows.
//
//   node record.mjs chromium [PROGRAM]    writes chromium.har and chromium.console.txt
//   node record.mjs firefox [PROGRAM]     writes firefox.har and firefox.console.txt
//
// The page is http://127.0.0.1:8001/, and the API is http://127.0.0.1:8002 (and http://localhost:8002). Needs Node.js 20 or newer, and
// no packages. The browser has a new profile in a temporary folder, which is removed.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

import { scenarios } from "./scenarios.mjs";

const PAGE = "http://127.0.0.1:8001/";
const API = "http://127.0.0.1:8002";
const DEBUGGER_PORT = 8003;
const [, , engine, program] = process.argv;
const here = import.meta.dirname ?? new URL(".", import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), "fetch-cors-record-"));

/** The script of the page: runs one scenario, and returns what it saw. */
const script = `async (name, url, init) => {
  try {
    const response = await fetch(url, init);
    await response.text();
    return response.type + " " + response.status + " " + [...response.headers.keys()].join(" ");
  } catch (error) {
    return String(error);
  }
}`;

const pages = http.createServer((_, response) => {
  response.setHeader("content-type", "text/html");
  response.end("<!doctype html><title>Recording</title><link rel=icon href=data:,>");
});

/** Sends exactly the bytes of each answer, so that the header lines do not change. */
const api = net.createServer((socket) => {
  let text = "";
  socket.on("error", () => {});
  socket.on("data", (bytes) => {
    text += bytes.toString("latin1");
    if (!text.includes("\r\n\r\n")) return;
    const [method, target] = text.split(" ");
    const scenario = scenarios[target.slice(1).replace(/[/?].*$/, "")];
    const [status, ...lines] = (method === "OPTIONS" ? scenario?.preflight : scenario?.response) ?? [404];
    if (status === 0) return socket.destroy();
    const head = [`HTTP/1.1 ${status} ${http.STATUS_CODES[status]}`, ...lines, "Content-Length: 0", "Connection: close"];
    socket.end(`${head.join("\r\n")}\r\n\r\n`, "latin1");
  });
});

async function main() {
  if (!["chromium", "firefox"].includes(engine)) throw new Error("usage: node record.mjs chromium|firefox [PROGRAM]");
  await Promise.all([
    new Promise((done) => pages.listen(8001, "127.0.0.1", done)),
    new Promise((done) => api.listen(8002, "::", done)),
  ]);
  const browser = engine === "chromium" ? await chromium() : await firefox();
  try {
    const lines = [];
    for (const [name, { init = {}, url = `${API}/${name}` }] of Object.entries(scenarios)) {
      const seen = await browser.run(name, url, init);
      await wait(150);
      lines.push(`# ${name}: ${seen}`, ...browser.takeConsole());
      process.stderr.write(`${name}: ${seen}\n`);
    }
    writeFileSync(join(here, `${engine}.console.txt`), `# ${browser.version}\n${lines.join("\n")}\n`);
    if (browser.har) writeFileSync(join(here, `${engine}.har`), text(await browser.har()));
  } finally {
    await browser.close();
  }
}

/** Chromium, by the DevTools protocol over two pipes. */
async function chromium() {
  const child = spawn(
    program ?? "chromium",
    ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync", `--user-data-dir=${folder}`, "--remote-debugging-pipe", "about:blank"],
    { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"], detached: true },
  );
  const [, , , input, output] = child.stdio;
  const waiting = new Map();
  const entries = new Map();
  const order = [];
  let console = [];
  let session;
  let last = 0;
  const send = (method, params = {}) => new Promise((resolve, reject) => {
    last += 1;
    waiting.set(last, { resolve, reject });
    input.write(`${JSON.stringify({ id: last, method, params, sessionId: session })}\0`);
  });
  let text = "";
  output.on("data", (bytes) => {
    text += bytes;
    const messages = text.split("\0");
    text = messages.pop();
    for (const message of messages.map((message) => JSON.parse(message))) {
      const { resolve, reject } = waiting.get(message.id) ?? {};
      if (resolve) message.error ? reject(new Error(message.error.message)) : resolve(message.result);
      else on(message.method, message.params);
    }
  });

  /** An entry is one request. A redirect begins another entry with the same id. */
  const entry = (id) => {
    const found = entries.get(id) ?? { sent: [], got: [] };
    if (!entries.has(id)) entries.set(id, found);
    return found;
  };
  const on = (method, params) => {
    if (method === "Log.entryAdded") console.push(params.entry.text);
    if (method === "Network.requestWillBeSent") {
      const made = { params, response: params.redirectResponse };
      const before = order.findLast((one) => one.params.requestId === params.requestId);
      if (before && params.redirectResponse) before.response = params.redirectResponse;
      made.response = undefined;
      made.number = order.filter((one) => one.params.requestId === params.requestId).length;
      order.push(made);
    }
    const current = () => order.findLast((one) => one.params.requestId === params.requestId);
    if (method === "Network.responseReceived") current() && (current().response = params.response);
    if (method === "Network.requestWillBeSentExtraInfo") entry(params.requestId).sent.push(params.headers);
    if (method === "Network.responseReceivedExtraInfo") entry(params.requestId).got.push(params);
    if (method === "Network.loadingFailed") current() && (current().failed = params);
  };

  const { product } = await send("Browser.getVersion");
  const { targetInfos } = await send("Target.getTargets");
  const { targetId } = targetInfos.find(({ type }) => type === "page");
  session = (await send("Target.attachToTarget", { targetId, flatten: true })).sessionId;
  for (const domain of ["Network", "Log", "Page", "Runtime"]) await send(`${domain}.enable`);
  await send("Page.navigate", { url: PAGE });
  await wait(1000);
  order.length = 0;
  const pairs = (headers) => Object.entries(headers ?? {}).flatMap(([name, value]) => value.split("\n").map((value) => ({ name, value })));
  return {
    version: product,
    takeConsole: () => console.splice(0),
    async run(name, url, init) {
      const expression = `(${script})(${[name, url, init].map((part) => JSON.stringify(part)).join(", ")})`;
      return (await send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true })).result.value;
    },
    har: async () => harOf("Chromium", product, order.map(({ params, response, failed, number }) => {
      const { sent, got } = entry(params.requestId);
      return entryOf({
        more: {
          _initiator: params.initiator.type,
          ...(failed && { _error: failed.errorText }),
          ...(failed?.corsErrorStatus && { _corsErrorStatus: failed.corsErrorStatus }),
          ...(failed?.blockedReason && { _blockedReason: failed.blockedReason }),
        },
        startedDateTime: new Date(params.wallTime * 1000).toISOString(),
        method: params.request.method,
        url: params.request.url,
        sent: pairs(sent[number] ?? params.request.headers),
        status: got[number]?.statusCode ?? response?.status ?? 0,
        statusText: response?.statusText ?? "",
        got: pairs(got[number]?.headers ?? response?.headers),
        mimeType: response?.mimeType ?? "",
      });
    })),
    close: () => end(child),
  };
}

/** Firefox, by its own protocol for developer tools. */
async function firefox() {
  writeFileSync(join(folder, "user.js"), Object.entries({
    "devtools.debugger.remote-enabled": true,
    "devtools.debugger.prompt-connection": false,
    "devtools.chrome.enabled": true,
    "browser.shell.checkDefaultBrowser": false,
    "browser.aboutwelcome.enabled": false,
    "datareporting.policy.dataSubmissionEnabled": false,
    "toolkit.telemetry.enabled": false,
    "app.update.enabled": false,
    "network.captive-portal-service.enabled": false,
    "network.connectivity-service.enabled": false,
    "services.settings.server": "",
    "network.proxy.type": 0,
  }).map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`).join(""));
  const child = spawn(
    program ?? "firefox-esr",
    ["--headless", "--no-remote", "--profile", folder, "--start-debugger-server", `${DEBUGGER_PORT}`, PAGE],
    { stdio: "ignore", detached: true },
  );
  let socket;
  for (let attempts = 0; !socket; attempts += 1) {
    await wait(500);
    socket = await new Promise((done) => {
      const trial = net.connect(DEBUGGER_PORT, "127.0.0.1", () => done(trial));
      trial.on("error", () => done(undefined));
    });
    if (attempts > 60) throw new Error("Firefox does not listen");
  }
  let console = [];
  let buffer = Buffer.alloc(0);
  const waiting = [];
  const results = new Map();
  const events = [];
  const requests = [];
  const send = (to, type, more = {}) => new Promise((done) => {
    waiting.push({ to, done });
    const bytes = Buffer.from(JSON.stringify({ to, type, ...more }));
    socket.write(`${bytes.length}:`);
    socket.write(bytes);
  });
  const on = (packet) => {
    for (const [type, resources] of packet.type === "resources-available-array" ? packet.array : []) {
      for (const resource of resources) {
        if (type === "error-message") console.push(resource.pageError.errorMessage);
        if (type === "network-event") requests.push(resource);
      }
    }
    for (const [, resources] of packet.type === "resources-updated-array" ? packet.array : []) {
      for (const { resourceId, resourceUpdates } of resources) {
        const request = requests.find((request) => request.resourceId === resourceId);
        if (request) Object.assign(request, resourceUpdates);
      }
    }
    if (packet.type === "evaluationResult") results.get(packet.resultID)?.(packet);
    if (packet.type === "target-available-form") events.push(packet);
  };
  socket.on("data", (bytes) => {
    buffer = Buffer.concat([buffer, bytes]);
    for (;;) {
      const colon = buffer.indexOf(":");
      const length = Number(buffer.subarray(0, colon));
      if (colon < 0 || buffer.length < colon + 1 + length) return;
      const packet = JSON.parse(buffer.subarray(colon + 1, colon + 1 + length));
      buffer = buffer.subarray(colon + 1 + length);
      const at = packet.type && packet.type !== "error" && !packet.resultID ? -1 : waiting.findIndex(({ to }) => to === packet.from);
      if (at >= 0 && packet.type !== "evaluationResult") waiting.splice(at, 1)[0].done(packet);
      else on(packet);
    }
  });
  let tab;
  for (let attempts = 0; !tab; attempts += 1) {
    await wait(500);
    const { tabs } = await send("root", "listTabs");
    tab = tabs?.find(({ url }) => url === PAGE);
    if (attempts > 60) throw new Error("Firefox does not show the page");
  }
  const { actor: watcher } = await send(tab.actor, "getWatcher", { isServerTargetSwitchingEnabled: true });
  await send(watcher, "watchTargets", { targetType: "frame" });
  await send(watcher, "watchResources", { resourceTypes: ["error-message", "network-event"] });
  let form;
  for (let attempts = 0; !form; attempts += 1) {
    await wait(500);
    form = events.map(({ target }) => target).find(({ url }) => url === PAGE);
    if (attempts > 60) throw new Error("Firefox does not give access to the page");
  }
  const version = await new Promise((done) => {
    const child = spawn(program ?? "firefox-esr", ["--version"], { stdio: ["ignore", "pipe", "ignore"] });
    child.stdout.once("data", (bytes) => done(String(bytes).trim()));
  });
  return {
    version,
    takeConsole: () => console.splice(0),
    async run(name, url, init) {
      const text = `(${script})(${[name, url, init].map((part) => JSON.stringify(part)).join(", ")})`;
      const { resultID } = await send(form.consoleActor, "evaluateJSAsync", { text, mapped: { await: true } });
      const { result } = await new Promise((done) => results.set(resultID, done));
      return typeof result === "string" ? result : JSON.stringify(result);
    },
    async har() {
      const entries = [];
      for (const { actor, url, method, request, startedDateTime, status, statusText, blockedReason, mimeType } of requests) {
        const sent = await send(actor, "getRequestHeaders");
        const got = await send(actor, "getResponseHeaders");
        entries.push(entryOf({
          more: blockedReason ? { _blockedReason: blockedReason } : {},
          startedDateTime,
          method: method ?? request.method,
          url: url ?? request.url,
          sent: sent.headers ?? [],
          status: Number(status ?? 0),
          statusText: statusText ?? "",
          got: got.headers ?? [],
          mimeType: mimeType ?? "",
        }));
      }
      return harOf("Firefox", version, entries);
    },
    close: () => end(child),
  };
}

/** The entries as text, with one line for each entry. */
function text({ log: { entries, ...log } }) {
  const lines = entries.map((entry) => JSON.stringify(entry)).join(",\n");
  return `${JSON.stringify({ log: { ...log, entries: [] } }).slice(0, -3)}\n${lines}\n]}}\n`;
}

function harOf(name, version, entries) {
  return { log: { version: "1.2", creator: { name: "record.mjs", version: "1" }, browser: { name, version }, entries } };
}

function entryOf({ more, startedDateTime, method, url, sent, status, statusText, got, mimeType }) {
  const rest = { httpVersion: "HTTP/1.1", cookies: [], headersSize: -1, bodySize: -1 };
  return {
    ...more,
    startedDateTime,
    time: 0,
    request: { method, url, headers: sent, queryString: [], ...rest },
    response: { status, statusText, headers: got, content: { size: 0, mimeType }, redirectURL: "", ...rest },
    cache: {},
    timings: { send: 0, wait: 0, receive: 0 },
  };
}

/** Ends the browser with all its processes, which are a group of their own. */
async function end(child) {
  const ended = new Promise((done) => child.once("exit", done));
  const kill = (signal) => {
    try {
      process.kill(-child.pid, signal);
    } catch {
      // All processes have ended.
    }
  };
  kill("SIGTERM");
  await Promise.race([ended, wait(3000)]);
  kill("SIGKILL");
}

try {
  await main();
} finally {
  await wait(200);
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
process.exit(0);
