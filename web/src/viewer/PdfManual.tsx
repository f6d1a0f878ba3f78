import { useEffect, useMemo, useState } from "react";
import { number, useStrings } from "../i18n/language";
import { Icon } from "../icons";
import { manuals } from "../rpc/channels";
import type { Place } from "../state/model";
import { download } from "./bytes";
import { PdfSheet } from "./PdfSheet";
import { openPdf, type Pdf } from "./pdf";

const ZOOMS = [0.75, 1, 1.25, 1.5, 2, 3];

export function PdfManual({ manualId, place }: { manualId: string; place: Place }) {
  const t = useStrings();
  const [pdf, setPdf] = useState<Pdf | null>(null);
  const [progress, setProgress] = useState(0);
  const [broken, setBroken] = useState(false);
  const [page, setPage] = useState(place.page || 1);
  const [zoom, setZoom] = useState(ZOOMS.indexOf(1));

  const marked = useMemo(() => place.boxes.filter((box) => box.page === page), [place, page]);

  useEffect(() => setPage(place.page || 1), [place]);

  useEffect(() => {
    const controller = new AbortController();
    let opened: Pdf | null = null;
    download((request, options) => manuals.downloadManual(request, options), manualId, controller.signal, setProgress)
      .then(({ data }) => openPdf(data))
      .then((document) => {
        opened = document;
        if (controller.signal.aborted) void document.loadingTask.destroy();
        else setPdf(document);
      })
      .catch(() => {
        if (!controller.signal.aborted) setBroken(true);
      });
    return () => {
      controller.abort();
      void opened?.loadingTask.destroy();
    };
  }, [manualId]);

  if (broken)
    return (
      <p className="viewer-note" role="alert">
        {t("manualBroken")}
      </p>
    );
  if (!pdf)
    return (
      <div className="viewer-note faint">
        <p>{t("loadingManual")}…</p>
        <progress max={1} value={progress} aria-label={t("loadingManual")} />
      </div>
    );
  const go = (next: number) => setPage(Math.max(1, Math.min(pdf.numPages, next)));
  const scale = ZOOMS[zoom] ?? 1;
  return (
    <>
      <div className="viewer-bar">
        <button
          type="button"
          className="button quiet"
          aria-label={t("previousPage")}
          disabled={page <= 1}
          onClick={() => go(page - 1)}
        >
          <Icon name="previous" mirrored />
        </button>
        <label className="page-number">
          <span className="visually-hidden">{t("pageNumber")}</span>
          <input
            type="number"
            min={1}
            max={pdf.numPages}
            value={page}
            onChange={(event: Event) => go(Number((event.currentTarget as HTMLInputElement).value) || 1)}
          />
          <span className="faint">{t("ofPages", { count: number(pdf.numPages) })}</span>
        </label>
        <button
          type="button"
          className="button quiet"
          aria-label={t("nextPage")}
          disabled={page >= pdf.numPages}
          onClick={() => go(page + 1)}
        >
          <Icon name="next" mirrored />
        </button>
        <span className="spacer" />
        {place.boxes.length > 0 && marked.length === 0 && (
          <button type="button" className="chip slim" onClick={() => go(place.page)}>
            {t("pageShort", { page: place.page })}
          </button>
        )}
        <button
          type="button"
          className="button quiet"
          aria-label={t("zoomOut")}
          disabled={zoom === 0}
          onClick={() => setZoom(zoom - 1)}
        >
          <Icon name="minus" />
        </button>
        <button
          type="button"
          className="button quiet"
          aria-label={t("zoomIn")}
          disabled={zoom === ZOOMS.length - 1}
          onClick={() => setZoom(zoom + 1)}
        >
          <Icon name="plus" />
        </button>
      </div>
      <PdfSheet pdf={pdf} page={page} zoom={scale} boxes={marked} onTurn={(by) => go(page + by)} />
      {marked.length > 0 && (
        <p className="visually-hidden" role="status">
          {t("markedHere")}
        </p>
      )}
    </>
  );
}
