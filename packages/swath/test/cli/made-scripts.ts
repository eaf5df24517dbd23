import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** A folder with scripts in it that can import swath; gone when disposed. */
export class ScriptFolder implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), "swath-scripts-"));

  constructor(scripts: Readonly<Record<string, string>>) {
    const modules = fileURLToPath(new URL("../../../../node_modules", import.meta.url));
    symlinkSync(modules, join(this.path, "node_modules"), "junction");
    for (const [name, text] of Object.entries(scripts)) writeFileSync(this.file(name), text);
  }

  file(name: string): string {
    return join(this.path, name);
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
