import { useEffect, useRef, useState } from "react";
import { pagesOf, placeOfPassage } from "../answer/places";
import { Dotted } from "../Dotted";
import type { Passage } from "../gen/hsc/ingest/v1/ingest";
import { useStrings } from "../i18n/language";
import { Icon } from "../icons";
import { answers } from "../rpc/channels";
import type { Place } from "../state/model";
import { oneLine } from "../state/text";

const WAIT_MS = 150;

export function FindBar({ place, onGo }: { place: Place; onGo: (place: Place) => void }) {
  const t = useStrings();
  const [query, setQuery] = useState("");
  const [found, setFound] = useState<Passage[] | "broken" | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const { productId } = place;

  // Opened to search rather than to see a quote.
  useEffect(() => {
    if (place.quote === "") field.current?.focus();
  }, [place.quote]);

  useEffect(() => {
    if (query.trim() === "") {
      setFound(null);
      return;
    }
    const controller = new AbortController();
    const timer = setTimeout(async () => {
      try {
        const { passages } = await answers.searchManual({ productId, query, limit: 8 }, { signal: controller.signal });
        setFound(passages);
      } catch {
        if (!controller.signal.aborted) setFound("broken");
      }
    }, WAIT_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [query, productId]);

  return (
    <search className="find">
      <label className="find-field">
        <Icon name="search" />
        <span className="visually-hidden">{t("find")}</span>
        <input
          ref={field}
          type="search"
          dir="auto"
          maxLength={512}
          placeholder={t("find")}
          value={query}
          onInput={(event: Event) => setQuery(oneLine((event.currentTarget as HTMLInputElement).value))}
          onKeyDown={(event: KeyboardEvent) => {
            if (event.key !== "Escape" || query === "") return;
            event.stopPropagation();
            setQuery("");
          }}
        />
      </label>
      {found === "broken" && (
        <p className="found found-none" role="alert">
          {t("findBroken")}
        </p>
      )}
      {found && found !== "broken" && (
        <ul className="found" aria-label={t("results")}>
          {found.length === 0 && <li className="faint found-none">{t("findNone", { query })}</li>}
          {found.map((passage) => (
            <li key={`${passage.manualId} ${passage.ordinal}`}>
              <button
                type="button"
                onClick={() => {
                  const title = passage.manualId === place.manualId ? place.title : "";
                  onGo(placeOfPassage(passage, productId, title));
                  setFound(null);
                }}
              >
                <span className="found-text" dir="auto">
                  {passage.text}
                </span>
                <span className="found-where faint">
                  <Dotted>
                    {passage.pageStart > 0 && <bdi>{pagesOf(passage)}</bdi>}
                    {passage.sectionPath.length > 0 && <bdi>{passage.sectionPath.at(-1)}</bdi>}
                  </Dotted>
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </search>
  );
}
