import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";

const PLACES = [
  process.env["SWATH_CHROMIUM"],
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** The system's browser, if it has one. */
export const CHROMIUM = PLACES.find((path) => path !== undefined && existsSync(path));
/** Why tests in a browser are skipped, for their titles; empty where there is one. */
export const BROWSER_ABSENT =
  CHROMIUM === undefined ? " (skipped: no Chromium; SWATH_CHROMIUM may name one)" : "";

/** How a page is looked at. */
export interface Look {
  readonly colorScheme?: "light" | "dark";
  readonly forcedColors?: "active" | "none";
  readonly width?: number;
}

/** A page, and what it asked for and complained of. */
export interface OpenPage {
  readonly page: Page;
  readonly requests: readonly string[];
  readonly errors: readonly string[];
}

/** A browser without a network, and a folder for the files that it opens. */
export class Reader {
  readonly #browser: Browser;
  readonly #folder: string;
  #files = 0;
  #context: BrowserContext | undefined;

  private constructor(browser: Browser) {
    this.#browser = browser;
    this.#folder = mkdtempSync(join(tmpdir(), "swath-page-"));
  }

  static async start(): Promise<Reader> {
    return new Reader(await chromium.launch({ executablePath: CHROMIUM as string }));
  }

  /** Closes the page before, opens one from a file, and waits until it shows something. */
  async open(html: string, look: Look = {}): Promise<OpenPage> {
    const file = join(this.#folder, `${this.#files++}.html`);
    writeFileSync(file, html);
    return this.#opened(pathToFileURL(file).href, { offline: true, ...look });
  }

  /** The same for a page of a server on this machine. */
  async visit(url: string, look: Look = {}): Promise<OpenPage> {
    return this.#opened(url, look);
  }

  async #opened(
    url: string,
    { width = 1280, ...look }: Look & { readonly offline?: boolean },
  ): Promise<OpenPage> {
    await this.#context?.close();
    this.#context = await this.#browser.newContext({ viewport: { width, height: 900 }, ...look });
    const page = await this.#context.newPage();
    const requests: string[] = [];
    const errors: string[] = [];
    page.on("request", (request) => requests.push(request.url()));
    page.on("pageerror", (error) => errors.push(error.message));
    page.on("console", (line) => errors.push(line.text()));
    await page.goto(url);
    await page.waitForSelector("h1");
    // What is drawn once the rest is on the screen.
    await page.waitForFunction("document.querySelector('.later') === null");
    return { page, requests, errors };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close();
    rmSync(this.#folder, { recursive: true });
  }
}
