import { type LivePage, loadReportKit } from "./report-kit.ts";

/** Serves the live page of what runs from now on, and prints its address. */
export async function openLivePage(): Promise<LivePage> {
  const page = await (await loadReportKit("--ui")).serve();
  process.stderr.write(`swath: live at ${page.url}\n`);
  return page;
}
