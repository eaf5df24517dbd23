import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { parentPort, workerData } from "node:worker_threads";
import { escapeText, filledPage } from "../page-template.ts";
import { LIVE_ID, NO_CONNECTIONS, OWN_CONNECTIONS } from "../slots.ts";
import { accessOf } from "./access.ts";
import type { FromServer, ServerOptions, ToServer } from "./messages.ts";
import { Show } from "./show.ts";
import { Viewer } from "./viewer.ts";

if (parentPort === null) throw new Error("This file runs in a thread that swath starts");
const port = parentPort;
const { token, port: wantedPort } = workerData as ServerOptions;
const show = new Show();
const server = createServer(answer);
server.on("error", (error) => tell({ kind: "failed", message: error.message }));
server.listen(wantedPort, "127.0.0.1", () => tell({ kind: "listening", port: ownPort() }));
port.on("message", (message: ToServer) => void hear(message));

async function hear(message: ToServer): Promise<void> {
  switch (message.kind) {
    case "job":
      return show.begin(message.job);
    case "figures":
      return show.figures(message.update, process.memoryUsage.rss());
    case "report":
      show.report(message.record);
      await flushed();
      return tell({ kind: "delivered" });
    case "close":
      for (const viewer of show.viewers) viewer.send("bye", "");
      await flushed();
      for (const viewer of show.viewers) viewer.end();
      server.close();
      server.closeAllConnections();
      return tell({ kind: "closed" });
    default:
      message satisfies never;
  }
}

async function flushed(): Promise<void> {
  await Promise.all(Array.from(show.viewers, (viewer) => viewer.flushed()));
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const { method, url, headers } = request;
  const access = accessOf({ method, url, host: headers.host }, token, ownPort());
  if (access === "page") return sendPage(response);
  if (access === "events") return join(request, response);
  response.writeHead(access, { "content-type": "text/plain", connection: "close" });
  response.end(`${access}\n`);
}

function sendPage(response: ServerResponse): void {
  const page = filledPage({
    title: escapeText("swath: live"),
    noscript: "The live page needs scripts. `--report html` writes a page that does not.",
    data: `<script type="application/json" id="${LIVE_ID}">"events"</script>`,
  }).replace(NO_CONNECTIONS, OWN_CONNECTIONS);
  response.writeHead(200, {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "content-security-policy": "frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
  });
  response.end(page);
}

function join(request: IncomingMessage, response: ServerResponse): void {
  const viewer = new Viewer(response);
  show.join(viewer);
  tell({ kind: "viewers", count: show.viewers.size });
  request.on("close", () => {
    show.viewers.delete(viewer);
    tell({ kind: "viewers", count: show.viewers.size });
  });
}

function ownPort(): number {
  return (server.address() as AddressInfo).port;
}

function tell(message: FromServer): void {
  port.postMessage(message);
}
