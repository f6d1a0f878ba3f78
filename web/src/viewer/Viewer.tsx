// The manual beside the answer: at the page, with the passage marked; and a search through it.
import { useEffect, useRef, useState } from "react";
import type { Manual } from "../gen/hsc/ingest/v1/ingest";
import { counted, useStrings } from "../i18n/language";
import { Icon } from "../icons";
import { manuals } from "../rpc/channels";
import { RpcFailure } from "../rpc/failure";
import type { Place } from "../state/model";
import "../styles/viewer.css";
import { FindBar } from "./FindBar";
import { HtmlManual } from "./HtmlManual";
import { PdfManual } from "./PdfManual";

type Loaded = { manual: Manual } | { failure: "manualGone" | "manualBroken" } | null;

export default function Viewer({ place, onClose }: { place: Place; onClose: () => void }) {
  const t = useStrings();
  const [shown, setShown] = useState(place);
  const [loaded, setLoaded] = useState<Loaded>(null);
  const pane = useRef<HTMLElement>(null);
  const opener = useRef<Element | null>(document.activeElement);

  useEffect(() => setShown(place), [place]);

  useEffect(() => {
    // Who came to search is in the search field already.
    if (!pane.current?.contains(document.activeElement)) pane.current?.focus({ preventScroll: true });
    return () => (opener.current as HTMLElement | null)?.focus?.({ preventScroll: true });
  }, []);

  useEffect(() => {
    const controller = new AbortController();
    setLoaded(null);
    manuals
      .getManual({ manualId: shown.manualId }, { signal: controller.signal })
      .then(({ manual }) => setLoaded(manual ? { manual } : { failure: "manualGone" }))
      .catch((error) => {
        if (controller.signal.aborted) return;
        const gone = error instanceof RpcFailure && error.reason === "MANUAL_UNKNOWN";
        setLoaded({ failure: gone ? "manualGone" : "manualBroken" });
      });
    return () => controller.abort();
  }, [shown.manualId]);

  const manual = loaded && "manual" in loaded ? loaded.manual : null;
  const html = manual !== null && manual.pages === 0;
  return (
    <section
      className="viewer"
      ref={pane}
      tabIndex={-1}
      aria-label={t("manual")}
      onKeyDown={(event: KeyboardEvent) => {
        if (event.key === "Escape") onClose();
      }}
    >
      <header className="viewer-top">
        <h2 className="viewer-title" dir="auto">
          {manual?.title || shown.title || t("manual")}
        </h2>
        {manual && manual.pages > 0 && <span className="faint viewer-size">{counted("pages", manual.pages)}</span>}
        <button type="button" className="button quiet" aria-label={t("close")} title={t("close")} onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      <FindBar place={shown} onGo={setShown} />
      {!loaded && <p className="viewer-note faint">{t("loadingManual")}…</p>}
      {loaded && "failure" in loaded && (
        <p className="viewer-note" role="alert">
          {t(loaded.failure)}
        </p>
      )}
      {manual && html && <HtmlManual key={manual.manualId} manualId={manual.manualId} place={shown} />}
      {manual && !html && <PdfManual key={manual.manualId} manualId={manual.manualId} place={shown} />}
    </section>
  );
}
