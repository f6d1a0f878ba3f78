// A number behind a sentence: hovering or focusing shows the quote, pressing opens the page.

import { useId, useLayoutEffect, useRef, useState } from "react";
import { Dotted } from "../Dotted";
import type { Citation } from "../gen/hsc/answer/v1/answer";
import { useStrings } from "../i18n/language";
import { useDesk } from "../page";
import { placeOf, whereOf } from "./places";

const MARGIN = 12;

/** Where the pointer last moved to. */
const pointer = { x: Number.NaN, y: Number.NaN };
addEventListener(
  "pointermove",
  ({ screenX, screenY }) => {
    pointer.x = screenX;
    pointer.y = screenY;
  },
  { passive: true },
);

export function CitationChip({ citation, productId }: { citation: Citation; productId: string }) {
  const t = useStrings();
  const desk = useDesk();
  const id = useId();
  const [shown, setShown] = useState(false);
  const tip = useRef<HTMLSpanElement>(null);
  const chip = useRef<HTMLButtonElement>(null);

  useLayoutEffect(() => {
    const box = tip.current;
    if (!shown || !box || !chip.current) return;
    // The top layer: nothing that scrolls or is kept out of sight can cut it.
    box.showPopover();
    const anchor = chip.current.getBoundingClientRect();
    const { width, height } = box.getBoundingClientRect();
    const wanted = anchor.left + anchor.width / 2 - width / 2;
    const left = Math.max(MARGIN, Math.min(wanted, document.documentElement.clientWidth - width - MARGIN));
    const above = anchor.top - height - 8;
    box.style.left = `${left}px`;
    box.style.top = `${above > MARGIN ? above : anchor.bottom + 8}px`;
  }, [shown]);

  return (
    <span
      className="cite-anchor"
      // The pointer came to it, not it to the pointer (when the page beside it opens, for one).
      onMouseEnter={(event: MouseEvent) => {
        if (event.screenX !== pointer.x || event.screenY !== pointer.y) setShown(true);
      }}
      onMouseLeave={() => setShown(false)}
      onKeyDown={(event: KeyboardEvent) => {
        if (event.key !== "Escape" || !shown) return;
        event.stopPropagation();
        setShown(false);
      }}
    >
      <button
        ref={chip}
        type="button"
        className="cite"
        aria-label={t("openSource", { index: citation.index, place: whereOf(citation) })}
        aria-describedby={shown ? id : undefined}
        onFocus={() => setShown(true)}
        onBlur={() => setShown(false)}
        onClick={() => {
          setShown(false);
          desk.view(placeOf(citation, productId));
        }}
      >
        {citation.index}
      </button>
      {shown && (
        <span className="tip" role="tooltip" id={id} ref={tip} popover="manual">
          <q className="tip-quote" dir="auto">
            {citation.quote}
          </q>
          <span className="tip-where">
            <Dotted>
              <bdi>{whereOf(citation)}</bdi>
              {citation.manualTitle && <bdi>{citation.manualTitle}</bdi>}
            </Dotted>
          </span>
        </span>
      )}
    </span>
  );
}
