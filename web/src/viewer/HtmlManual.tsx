// An HTML manual as its passages: text alone, nothing of the maker's page runs here.
import { useEffect, useRef, useState } from "react";
import type { Passage } from "../gen/hsc/ingest/v1/ingest";
import { useStrings } from "../i18n/language";
import { manuals } from "../rpc/channels";
import type { Place } from "../state/model";
import { quoteIn } from "./quote";

const MOST = 5000;

export function HtmlManual({ manualId, place }: { manualId: string; place: Place }) {
  const t = useStrings();
  const [passages, setPassages] = useState<Passage[] | null>(null);
  const [broken, setBroken] = useState(false);
  const cited = useRef<HTMLElement>(null);

  useEffect(() => {
    const controller = new AbortController();
    (async () => {
      const read: Passage[] = [];
      for await (const { passage } of manuals.listPassages({ manualId }, { signal: controller.signal })) {
        if (passage) read.push(passage);
        if (read.length >= MOST) break;
      }
      setPassages(read);
    })().catch(() => {
      if (!controller.signal.aborted) setBroken(true);
    });
    return () => controller.abort();
  }, [manualId]);

  // The passage that holds the quote; else the first one at its anchor.
  let at = place.quote ? (passages?.findIndex((passage) => quoteIn(passage.text, place.quote) !== null) ?? -1) : -1;
  if (at < 0 && place.anchor) at = passages?.findIndex((passage) => passage.anchor === place.anchor) ?? -1;

  useEffect(() => {
    if (at >= 0) cited.current?.scrollIntoView({ block: "center" });
  }, [at]);

  if (broken)
    return (
      <p className="viewer-note" role="alert">
        {t("manualBroken")}
      </p>
    );
  if (!passages) return <p className="viewer-note faint">{t("loadingManual")}…</p>;
  return (
    <div className="html-manual" tabIndex={0}>
      {passages.map((passage, index) => {
        const before = passages[index - 1]?.sectionPath.join(" › ");
        const path = passage.sectionPath.join(" › ");
        const quote = index === at ? quoteIn(passage.text, place.quote) : null;
        return (
          <section key={passage.ordinal} ref={index === at ? cited : undefined} data-cited={index === at || undefined}>
            {path !== before && <h3 dir="auto">{passage.sectionPath.at(-1)}</h3>}
            <p dir="auto">
              {quote ? (
                <>
                  {passage.text.slice(0, quote.start)}
                  <mark>{passage.text.slice(quote.start, quote.end)}</mark>
                  {passage.text.slice(quote.end)}
                </>
              ) : (
                passage.text
              )}
            </p>
          </section>
        );
      })}
    </div>
  );
}
