// Asks the server for waves of cases, runs the cases of a wave at the same time, and sends back the results that
// the script saw.
"use strict";

/** The pause between two fetches of a case, in which the browser stores the results of the first fetch. */
const PAUSE_MS = 30;

const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
const frames = new Map();

/** The time in milliseconds after which a fetch has no outcome. */
let limit;

/** A frame of the origin, which can run fetches. */
function frame(origin) {
  if (!frames.has(origin)) frames.set(origin, loadFrame(origin));
  return frames.get(origin);
}

function loadFrame(origin) {
  return new Promise((loaded) => {
    const element = document.createElement("iframe");
    if (origin === "null") element.setAttribute("sandbox", "allow-scripts");
    element.src = `${origin === "null" ? location.origin : origin}/.frame`;
    element.onload = () => {
      const { port1, port2 } = new MessageChannel();
      const waiting = new Map();
      let last = 0;
      port1.onmessage = ({ data: { number, result } }) => {
        waiting.get(number)(result);
        waiting.delete(number);
      };
      element.contentWindow.postMessage("port", "*", [port2]);
      loaded((call) => new Promise((done) => {
        last += 1;
        waiting.set(last, done);
        port1.postMessage({ number: last, call, limit });
      }));
    };
    document.body.append(element);
  });
}

async function runCase({ id, fetches }) {
  const results = [];
  let previous = 0;
  for (const [number, { at = 0, ...call }] of fetches.entries()) {
    const run = await frame(call.origin);
    // The pause begins at the end of the previous fetch, because this fetch can store a cache entry until its end. When
    // the next fetch begins, this entry is at least as old as the pause is long.
    if (number) await wait(Math.max(1000 * (at - previous), PAUSE_MS));
    previous = at;
    await fetch(`/.mark?${id}`);
    results.push(await run(call));
  }
  await fetch("/.done", { method: "POST", body: JSON.stringify({ id, results }) });
}

async function main() {
  const { origins, warm_up, limit_seconds } = await (await fetch("/.plan")).json();
  limit = 1000 * limit_seconds;
  // Firefox does not use its preflight cache for the first fetches of a session, so each frame runs some fetches before
  // the first case.
  await Promise.all(origins.map(async (origin) => {
    const run = await frame(origin);
    for (const url of warm_up) await run({ url, method: "PUT" }).then(() => wait(PAUSE_MS));
  }));
  for (;;) {
    const wave = await (await fetch("/.work")).json();
    if (!wave.length) await wait(200);
    await Promise.all(wave.map(runCase));
  }
}

addEventListener("DOMContentLoaded", () => {
  main().catch((error) => fetch("/.failed", { method: "POST", body: String(error) }));
});
