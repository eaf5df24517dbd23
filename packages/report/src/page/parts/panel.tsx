import type { ComponentChildren } from "preact";

interface PanelProps {
  readonly id: string;
  readonly title: string;
  /** What the panel shows and how it was measured, in a sentence. */
  readonly note?: ComponentChildren;
  readonly size?: "third" | "half" | "most" | "full";
  readonly children: ComponentChildren;
}

/** The frame of a panel. */
export function Panel({ id, title, note, size = "half", children }: PanelProps) {
  return (
    <section class={`panel ${size}`} id={id} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{title}</h2>
      {note !== undefined && <p class="note">{note}</p>}
      {children}
    </section>
  );
}

/** What a panel shows whose part of the record is missing. */
export function NotRecorded({ what }: { readonly what: string }) {
  return <p class="absent">{what}: not recorded.</p>;
}
