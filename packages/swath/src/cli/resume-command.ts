/**
 * The command that goes on where a run stopped: the same with `--resume`, quoted for a shell.
 *
 * @param args of the run that stopped, without Node and the program
 */
export function resumeCommand(args: readonly string[]): string {
  const name = process.env["npm_command"] === "exec" ? ["npx", "swath"] : ["swath"];
  const end = args.indexOf("--");
  const own = end < 0 ? args : args.slice(0, end);
  const flag = own.includes("--resume") ? [] : ["--resume"];
  const rest = end < 0 ? [] : args.slice(end);
  return [...name, ...own, ...flag, ...rest].map(quoted).join(" ");
}

function quoted(text: string): string {
  if (/^[\w@%+=:,./-][\w@%+=:,./#-]*$/.test(text)) return text;
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
