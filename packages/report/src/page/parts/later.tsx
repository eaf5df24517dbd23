import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";

/** Draws what is made of all spans once the rest of the page is on the screen. */
export function Later(props: { readonly children: ComponentChildren }) {
  const [isDue, setDue] = useState(false);
  // Effects run after the browser has painted.
  useEffect(() => setDue(true), []);
  return isDue ? <>{props.children}</> : <div class="panel half later" />;
}
