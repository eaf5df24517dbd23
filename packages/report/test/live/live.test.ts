import { type ChildProcess, spawn } from "node:child_process";
import { get } from "node:http";
import { fileURLToPath } from "node:url";
import { AxeBuilder } from "@axe-core/playwright";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { accessOf } from "../../src/live/access.ts";
import { serve } from "../../src/live/serve.ts";
import { BROWSER_ABSENT, CHROMIUM, type OpenPage, Reader } from "../page/browser.ts";
import { figuresOf, numbersOf } from "../page/shown-figures.ts";

const MAIN = fileURLToPath(new URL("../../../swath/dist/bundle/main.js", import.meta.url));
const SCRIPT = fileURLToPath(new URL("../fixtures/spin.mjs", import.meta.url));
/** Nothing here takes longer, unless it never ends. */
const DEADLINE_MS = 20_000;

/** A run of `swath run --ui`, and the address that it printed. */
interface LiveRun {
  readonly url: string;
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
}

const running = new Set<ChildProcess>();
afterAll(() => {
  for (const child of running) child.kill("SIGKILL");
});

/** @param seconds that the job takes on two cores, about */
async function started(seconds: number): Promise<LiveRun> {
  const flags = ["--ui", "--workers=2", "--report=none", "--progress=none"];
  const child = spawn(process.execPath, [MAIN, "run", SCRIPT, String(seconds), ...flags], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  running.add(child);
  const ended = new Promise<number | null>((resolve) => {
    child.on("close", (code) => {
      running.delete(child);
      resolve(code);
    });
  });
  let text = "";
  const url = await new Promise<string>((resolve, reject) => {
    child.stderr?.setEncoding("utf8").on("data", (more: string) => {
      text += more;
      const found = /^swath: live at (http:\S+)$/m.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.on("close", () => reject(new Error(`It ended without an address: ${text}`)));
  });
  return { url, child, ended };
}

interface Answer {
  readonly status: number | undefined;
  readonly text: string;
}

function fetched(url: string, host?: string, method = "GET"): Promise<Answer> {
  const { hostname, port, pathname } = new URL(url);
  const headers = host === undefined ? {} : { host };
  return new Promise((resolve, reject) => {
    get({ hostname, port, path: pathname, headers, method }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (more: string) => {
        text += more;
      });
      response.on("end", () => resolve({ status: response.statusCode, text }));
    }).on("error", reject);
  });
}

interface Event {
  readonly name: string;
  readonly data: string;
  /** Milliseconds. */
  readonly at: number;
}

/** All events of a run until its server goes. */
function eventsOf(url: string): Promise<readonly Event[]> {
  const events: Event[] = [];
  return new Promise((resolve) => {
    const request = get(`${url}events`, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (more: string) => {
        text += more;
        const blocks = text.split("\n\n");
        text = blocks.pop() ?? "";
        for (const block of blocks) {
          const [, name, data] = /^event: (.*)\ndata: (.*)$/.exec(block) ?? [];
          if (name !== undefined) events.push({ name, data: data ?? "", at: performance.now() });
        }
      });
      response.on("close", () => resolve(events));
      response.on("error", () => {});
    });
    request.on("error", () => resolve(events));
  });
}

describe("who may see the live page", () => {
  const asked = { method: "GET", url: "/secret/", host: "127.0.0.1:80" };
  test.each([
    [{}, "page"],
    [{ host: "localhost:80" }, "page"],
    [{ host: "localhost" }, "page"],
    [{ host: "evil.example" }, 403],
    [{ url: "/secret/events" }, "events"],
    [{ url: "/secret/events?x" }, "events"],
    [{ url: "/secret/../etc" }, 404],
    [{ url: "/secret" }, 404],
    [{ method: "POST" }, 405],
    [{ url: "/" }, 403],
    [{ url: "/secre/" }, 403],
    [{ url: "/secret2/" }, 403],
    [{ url: undefined }, 403],
    [{ host: undefined }, 403],
    [{ host: "evil.example:80" }, 403],
    [{ host: "127.0.0.1:81" }, 403],
    [{ host: "127.0.0.1.evil.example:80" }, 403],
  ] as const)("%o: %s", (change, access) => {
    expect(accessOf({ ...asked, ...change }, "secret", 80)).toBe(access);
  });

  test("a Host without a port is that of port 80 alone", () => {
    const { host: _, ...rest } = asked;
    expect(accessOf({ ...rest, host: "127.0.0.1" }, "secret", 8080)).toBe(403);
  });

  test.each([-1, 1.5, 65_536, "80"])("port %j is refused", async (port) => {
    await expect(serve({ port: port as number })).rejects.toThrow(/Expected `port` to be a whole/);
  });

  test("as it is served: a foreign Host or a wrong token gets 403, and the address the page", async () => {
    const { url, child, ended } = await started(30);
    const { origin, host } = new URL(url);
    expect(await fetched(url)).toMatchObject({ status: 200 });
    expect(await fetched(`${origin}/`)).toMatchObject({ status: 403 });
    expect(await fetched(`${origin}/events`)).toMatchObject({ status: 403 });
    expect(await fetched(url, "attacker.example")).toMatchObject({ status: 403 });
    expect(await fetched(`${url}events`, `attacker.example:${new URL(url).port}`)).toMatchObject({
      status: 403,
    });
    expect(await fetched(url, host, "POST")).toMatchObject({ status: 405 });
    expect((await fetched(url)).text).toContain("connect-src 'self'");
    child.kill("SIGKILL");
    await ended;
  });
});

describe("the events of a run", () => {
  test("are bounded snapshots and new spans, then the report; and the program ends", async () => {
    const { url, ended } = await started(3);
    const [events, code] = await Promise.all([eventsOf(url), ended]);
    expect(code).toBe(0);
    const named = (name: string) => events.filter((event) => event.name === name);
    expect(named("job")).toHaveLength(1);
    expect(named("report")).toHaveLength(1);
    const figures = named("figures");
    expect(figures.length).toBeGreaterThan(3);
    for (const { data } of figures) expect(data.length).toBeLessThan(16_384);
    const done = figures.map(({ data }) => JSON.parse(data).progress.done as number);
    expect(done).toEqual(done.toSorted((a, b) => a - b));
    const { json, spans } = JSON.parse(named("report")[0]?.data ?? "{}");
    expect(JSON.parse(json)).toMatchObject({ schema: "swath.report/1", task: "spin" });
    expect(spans.length).toBeGreaterThan(100);
  });

  test("a program that nobody looks at ends by itself, and so does one whose viewer reads nothing", async () => {
    const alone = await started(0.2);
    expect(await alone.ended).toBe(0);
    const { url, ended } = await started(1.5);
    // A response that is never read from.
    const request = get(`${url}events`, () => {}).on("error", () => {});
    expect(await Promise.race([ended, late()])).toBe(0);
    request.destroy();
  });
});

function late(): Promise<string> {
  return new Promise((resolve) => setTimeout(() => resolve("it did not end"), DEADLINE_MS).unref());
}

describe.skipIf(CHROMIUM === undefined)(`the live page in a browser${BROWSER_ABSENT}`, () => {
  let reader: Reader;
  beforeAll(async () => {
    reader = await Reader.start();
  });
  afterAll(() => reader[Symbol.asyncDispose]());

  test("follows a run, and ends with its report", async () => {
    const run = await started(6);
    const opened: OpenPage = await reader.visit(run.url);
    const { page, requests } = opened;
    await expect.poll(() => page.locator(".live .phase").innerText()).toContain("live");
    const counts = page.locator(".live .counts");
    const before = await counts.innerText();
    await expect.poll(() => counts.innerText()).not.toBe(before);
    await page.waitForSelector(".stage canvas");
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
    expect(await run.ended).toBe(0);
    await expect.poll(() => page.locator(".live .phase").innerText()).toContain("ended");
    expect(await page.locator("#workers tbody tr").count()).toBe(2);
    expect(await page.locator("#slowest").innerText()).not.toContain("not recorded");
    const hosts = requests
      .filter((url) => !/^(data|blob):/.test(url))
      .map((url) => new URL(url).host);
    expect(new Set(hosts)).toEqual(new Set([new URL(run.url).host]));
    const record = await page.evaluate<string>(SAVED_JSON);
    const numbers = numbersOf(JSON.parse(record));
    for (const { field, value } of await figuresOf(page))
      expect(numbers.get(field), field).toBe(value);
  });
});

/** The record that the page would save. */
const SAVED_JSON = `new Promise((resolve) => {
  const create = URL.createObjectURL;
  URL.createObjectURL = (blob) => { blob.text().then(resolve); return create.call(URL, blob); };
  Array.from(document.querySelectorAll("button")).find((b) => b.textContent === "Save JSON").click();
})`;
