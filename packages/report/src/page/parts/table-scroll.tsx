import type { ComponentChildren } from "preact";

/** A wide table that scrolls by itself, also with the keyboard. */
export function TableScroll(props: {
  readonly label: string;
  readonly children: ComponentChildren;
}) {
  return (
    <div class="scroll" role="group" aria-label={props.label} tabIndex={0}>
      {props.children}
    </div>
  );
}
