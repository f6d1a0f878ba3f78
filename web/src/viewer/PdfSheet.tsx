// One page as a picture, with its text over it (to select and to be read aloud) and the cited lines marked.
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import type { Place } from "../state/model";
import { type Pdf, type PdfPage, TextLayer } from "./pdf";

const SHARPEST = 3;
const LARGEST_SIDE = 8192;

interface Props {
  pdf: Pdf;
  page: number;
  zoom: number;
  boxes: Place["boxes"];
  onTurn: (by: 1 | -1) => void;
}

export function PdfSheet({ pdf, page: pageNumber, zoom, boxes, onTurn }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const text = useRef<HTMLDivElement>(null);
  const [page, setPage] = useState<PdfPage | null>(null);
  const [width, setWidth] = useState(0);
  const [drawn, setDrawn] = useState(0);

  useLayoutEffect(() => {
    const element = frame.current;
    if (!element) return;
    const measure = () => setWidth(element.clientWidth);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    let gone = false;
    void pdf.getPage(pageNumber).then((found) => {
      if (!gone) setPage(found);
    });
    return () => {
      gone = true;
    };
  }, [pdf, pageNumber]);

  const reading = useRef<Promise<unknown>>(Promise.resolve());
  useEffect(() => {
    const surface = canvas.current;
    const layer = text.current;
    if (!page || !surface || !layer || width === 0) return;
    const natural = page.getViewport({ scale: 1 });
    const scale = Math.max(0.1, ((width - 2 * GAP) / natural.width) * zoom);
    const viewport = page.getViewport({ scale });
    const sharpness = Math.min(
      devicePixelRatio || 1,
      SHARPEST,
      LARGEST_SIDE / Math.max(viewport.width, viewport.height),
    );
    // Drawn aside and swapped in whole: no white flash between pages.
    const next = document.createElement("canvas");
    next.width = Math.floor(viewport.width * sharpness);
    next.height = Math.floor(viewport.height * sharpness);
    const task = page.render({
      canvas: next,
      viewport,
      transform: sharpness === 1 ? undefined : [sharpness, 0, 0, sharpness, 0, 0],
    });
    const words = new TextLayer({ textContentSource: page.streamTextContent(), container: layer, viewport });
    let gone = false;
    task.promise
      .then(async () => {
        if (gone) return;
        surface.width = next.width;
        surface.height = next.height;
        surface.getContext("2d")?.drawImage(next, 0, 0);
        const sheet = surface.parentElement as HTMLElement;
        sheet.style.width = `${viewport.width}px`;
        sheet.style.height = `${viewport.height}px`;
        sheet.style.setProperty("--total-scale-factor", String(scale));
        sheet.style.setProperty("--scale-factor", String(scale));
        setDrawn(page.pageNumber);
        // pdf.js fails aloud when a text layer is cancelled while it reads: the last one ends before the next begins.
        await reading.current;
        if (gone) return;
        layer.replaceChildren();
        reading.current = words.render().catch(() => {});
        await reading.current;
      })
      .catch(() => {
        // Cancelled: another page or size is wanted by now.
      });
    return () => {
      gone = true;
      task.cancel();
    };
  }, [page, width, zoom]);

  const natural = page?.getViewport({ scale: 1 });
  const ready = drawn === pageNumber;

  // In the same frame as the page itself, or it would jump.
  useLayoutEffect(() => {
    if (!ready) return;
    const mark = frame.current?.querySelector(".mark");
    if (mark) mark.scrollIntoView({ block: "center", inline: "nearest" });
    else frame.current?.scrollTo({ top: 0 });
  }, [ready, boxes]);

  return (
    <div
      className="sheet-frame"
      ref={frame}
      dir="ltr"
      tabIndex={0}
      onKeyDown={(event: KeyboardEvent) => {
        if (event.key === "PageDown" || event.key === "ArrowRight") onTurn(1);
        else if (event.key === "PageUp" || event.key === "ArrowLeft") onTurn(-1);
        else return;
        event.preventDefault();
      }}
    >
      <div className="pdf-sheet" data-page={drawn || undefined}>
        <canvas ref={canvas} aria-hidden="true" />
        {ready &&
          natural &&
          boxes.map((box) => (
            <span
              key={`${box.x0} ${box.y0}`}
              className="mark"
              style={{
                left: `${(box.x0 / natural.width) * 100}%`,
                top: `${(box.y0 / natural.height) * 100}%`,
                width: `${((box.x1 - box.x0) / natural.width) * 100}%`,
                height: `${((box.y1 - box.y0) / natural.height) * 100}%`,
              }}
            />
          ))}
        <div ref={text} className="textLayer" />
      </div>
    </div>
  );
}

const GAP = 12;
