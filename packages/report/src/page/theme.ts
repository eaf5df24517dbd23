/** What the reader chose; `system` follows the system's setting. */
export type Theme = "system" | "light" | "dark";

const listeners = new Set<() => void>();
const system = matchMedia("(prefers-color-scheme: dark)");
let chosen: Theme = "system";
let printing = false;

/** Sets the page's colours, and keeps them to the system's, the reader's choice and the paper. */
export function followTheme(): void {
  apply();
  system.addEventListener("change", apply);
  const print = (on: boolean) => () => {
    printing = on;
    apply();
  };
  addEventListener("beforeprint", print(true));
  addEventListener("afterprint", print(false));
}

export function chooseTheme(theme: Theme): void {
  chosen = theme;
  apply();
}

/** Calls `listener` at once whenever colours have changed; what is drawn must be drawn anew. */
export function onColours(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function apply(): void {
  const dark = !printing && (chosen === "system" ? system.matches : chosen === "dark");
  document.documentElement.dataset["theme"] = dark ? "dark" : "light";
  for (const listener of listeners) listener();
}

/** Colours of what is drawn on canvases, as the style sheet has them now. */
export interface Palette {
  readonly ink: string;
  readonly soft: string;
  readonly line: string;
  readonly card: string;
  readonly wait: string;
  readonly accent: string;
  readonly decode: string;
  readonly read: string;
  readonly run: string;
  readonly encode: string;
  readonly gc: string;
  readonly alarm: string;
}

export function palette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    ink: colour("ink"),
    soft: colour("soft"),
    line: colour("line"),
    card: colour("card"),
    wait: colour("wait"),
    accent: colour("accent"),
    decode: colour("decode"),
    read: colour("read"),
    run: colour("run"),
    encode: colour("encode"),
    gc: colour("gc"),
    alarm: colour("alarm"),
  };
}
