import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Lane } from "../../figures/lanes.ts";
import type { RunRecord, Spans } from "../../record.ts";
import { Later } from "../parts/later.tsx";
import { chunkText } from "./chunk-text.ts";
import { Controller } from "./controller.ts";
import { Minimap } from "./minimap.tsx";
import type { Picked } from "./picked.ts";
import { type View, wholeOf } from "./view.ts";

interface TimelineCanvasProps {
  readonly record: RunRecord;
  readonly spans: Spans;
  readonly lanes: readonly Lane[];
  readonly wall: number;
  /** Called once the reader has stopped moving. */
  readonly onView: (view: View) => void;
}

/** Time without a move after which the rest of the page follows. */
const SETTLED_MS = 150;

const HELP =
  "Timeline of the workers. Left and right pan, plus and minus zoom, Home shows all, up and down choose a worker, N and P the next and previous chunk, L the longest. The table below holds the same.";

/** The picture of the timeline with its controls. */
export function TimelineCanvas({ record, spans, lanes, wall, onView }: TimelineCanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const controller = useRef<Controller>(undefined);
  const [view, setView] = useState<View>(() => wholeOf(wall));
  const [picked, setPicked] = useState<Picked>();
  const [hint, setHint] = useState<Hint>();
  // Of a run that goes on: what was shown whole stays whole, a part stays where it is.
  const part = useRef<View>(undefined);
  useLayoutEffect(() => {
    const show = (shown: View) => {
      part.current = shown.to - shown.from < wall ? shown : undefined;
      setView(shown);
    };
    const start = part.current ?? wholeOf(wall);
    show(start);
    const own = new Controller(canvas.current as HTMLCanvasElement, record, lanes, wall, start, {
      onView: show,
      onPick: setPicked,
      onHover: (at, x, y) =>
        setHint(at && { text: chunkText(spans, lanes[at.lane] as Lane, at.span), x, y }),
    });
    controller.current = own;
    return () => own.stop();
  }, [lanes]);
  useEffect(() => {
    const timer = setTimeout(() => onView(view), SETTLED_MS);
    return () => clearTimeout(timer);
  }, [view]);
  const text = useMemo(
    () => picked && chunkText(spans, lanes[picked.lane] as Lane, picked.span),
    [picked],
  );
  return (
    <>
      <Later place="minimap">
        <Minimap
          lanes={lanes}
          wall={wall}
          view={view}
          onView={(next) => controller.current?.show(next)}
        />
      </Later>
      <div class="stage">
        <canvas ref={canvas} tabIndex={0} role="application" aria-label={HELP} />
        {hint !== undefined && (
          <div class="hint" aria-hidden="true" style={{ left: `${hint.x}px`, top: `${hint.y}px` }}>
            {hint.text}
          </div>
        )}
      </div>
      <Buttons controller={() => controller.current} />
      <p class="picked" aria-live="polite">
        {text ?? "Drag to pan; click, then turn the wheel to zoom; click a chunk for its figures."}
      </p>
    </>
  );
}

interface Hint {
  readonly text: string;
  readonly x: number;
  readonly y: number;
}

function Buttons({ controller }: { readonly controller: () => Controller | undefined }) {
  const buttons = [
    ["Zoom in", "+"],
    ["Zoom out", "-"],
    ["Show all", "Home"],
    ["Previous chunk", "p"],
    ["Next chunk", "n"],
    ["Longest chunk", "l"],
  ] as const;
  return (
    <div class="tools stage-tools">
      {buttons.map(([label, key]) => (
        <button key={key} type="button" onClick={() => controller()?.press(key)}>
          {label}
        </button>
      ))}
    </div>
  );
}
