import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";

interface LaterProps {
  readonly children: ComponentChildren;
  /** Class of what keeps the place until then. */
  readonly place: string;
}

/** Draws what lies further down, or is made of all spans, once the rest is on the screen. */
export function Later({ children, place }: LaterProps) {
  const [isDue, setDue] = useState(false);
  // Effects run after the browser has painted.
  useEffect(() => setDue(true), []);
  return isDue ? <>{children}</> : <div class={place} />;
}
