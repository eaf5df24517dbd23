import { codeOf } from "./exports.ts";
import type { Found } from "./found.ts";
import { refuseCapture } from "./trail.ts";
import { readVariable } from "./variables.ts";

/**
 * A function that was declared finds itself in a variable, which the program may have given
 * another function since; in a worker it would find itself for ever.
 *
 * @param code its text as code
 * @throws CaptureRefusedError if it uses its name and that is another function now
 */
export function assertOwnName(found: Found, code: string): void {
  const { fn, script, start, inspected, owner } = found;
  const declared = /^(?:async\s+)?function\b[\s*]*([\p{ID_Start}$_][\p{ID_Continue}$]*)/u.exec(
    code,
  );
  const name = declared?.[1];
  if (declared === null || name === undefined) return;
  const use = new RegExp(
    `(?<![\\p{ID_Continue}$.])${name.replaceAll("$", "\\$")}(?![\\p{ID_Continue}$])`,
    "u",
  );
  if (!use.test(code.slice(declared[0].length))) return;
  const scope = inspected.scopes.find((variables) => Object.hasOwn(variables, name));
  const read = scope && readVariable(scope, name);
  if (read === undefined || read.value === fn) return;
  // An expression's name is its own, whatever there is around it.
  if (
    !/(?:^|[;{}])\s*(?:export\s+(?:default\s+)?)?$/.test(codeOf(script).slice(0, start).slice(-80))
  )
    return;
  const reason = `the variable \`${name}\` holds another value by now`;
  const way = "Give one of the two another name";
  refuseCapture(owner, name, `calls itself \`${name}\``, reason, way);
}
