import { runMain } from "node:module";
import { pathToFileURL } from "node:url";
import { EXIT } from "./exit.ts";

/**
 * Runs a script as Node itself starts a program: ESM or CommonJS, `import.meta.main`,
 * `require.main`. What it throws is an uncaught error, as there.
 *
 * @param path absolute
 * @param onExit gets the exit code; that of a script which ended before its top level did is
 *   {@link EXIT.failed}, and told
 */
export async function runScript(
  path: string,
  args: readonly string[],
  onExit: (code: number) => void,
): Promise<void> {
  process.argv = [process.execPath, path, ...args];
  let hasRunDry = false;
  process.on("beforeExit", () => {
    hasRunDry = process.exitCode !== UNSETTLED;
  });
  const end = (code: number) => {
    const isStuck = hasRunDry && process.exitCode === UNSETTLED;
    onExit(isStuck ? tellStuck(path) : code);
  };
  process.on("exit", end);
  try {
    const loading = isUnknownModule(path) ? import(pathToFileURL(path).href) : runMain();
    // Behind the listener by which some Nodes set the code of a top level that has not ended.
    process.off("exit", end).on("exit", end);
    await loading;
  } catch (error) {
    process.nextTick(() => {
      throw error;
    });
  }
}

/** Nodes that do not run TypeScript themselves start a program of this name as CommonJS. */
function isUnknownModule(path: string): boolean {
  const features = process.features as { readonly typescript?: string | false };
  return path.endsWith(".mts") && !features.typescript;
}

/** The exit code that Node gives a program whose top level has not ended when nothing is left to run. */
const UNSETTLED = 13;

function tellStuck(path: string): number {
  process.stderr.write(
    `swath: ${path} ended at a top-level \`await\` that never settles: nothing was left to run\n`,
  );
  process.exitCode = EXIT.failed;
  return EXIT.failed;
}
