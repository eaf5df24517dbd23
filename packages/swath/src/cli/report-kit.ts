import { InvalidOptionError, messageOf } from "../plugin.ts";

/** What the command line needs of `@swath/report`. */
export interface ReportKit {
  renderHtml(report: unknown): string;
  serve(): Promise<LivePage>;
}

/** A page that shows jobs while they run. */
export interface LivePage extends AsyncDisposable {
  readonly url: string;
  /** Settles when those who look at the page have the last report, or soon after. */
  close(): Promise<void>;
}

const PACKAGE = "@swath/report";

/** @throws InvalidOptionError with the way to get the package if it is not installed */
export async function loadReportKit(flag: string): Promise<ReportKit> {
  try {
    return (await import(PACKAGE)) as ReportKit;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // The quotes tell the package from one that it needs itself and cannot find.
    const missing = code === "ERR_MODULE_NOT_FOUND" && messageOf(error).includes(`'${PACKAGE}'`);
    if (!missing) throw error;
    const hint = `. Get it with: npm install ${PACKAGE}`;
    throw new InvalidOptionError(flag, `given where ${PACKAGE} is installed`, flag, hint);
  }
}
