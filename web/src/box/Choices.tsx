// Near twins, or a text that names another product than the one at hand: one tap instead of a guess.
import { useEffect, useRef } from "react";
import { useStrings } from "../i18n/language";
import { useDesk, usePage } from "../page";
import type { Candidate } from "../state/model";
import { isolate } from "../state/text";
import { Tile } from "../Tile";
import { Facts } from "./Facts";

/** Those that are still in question: hardly anybody means one twenty times less likely than the first. */
function open(candidates: Candidate[]): Candidate[] {
  const least = (candidates[0]?.confidence ?? 0) / 20;
  return candidates.filter(({ confidence }) => confidence >= least);
}

export function Choices() {
  const t = useStrings();
  const desk = useDesk();
  const choosing = usePage((state) => state.pending === "choose");
  const other = usePage((state) => state.other);
  const lock = usePage((state) => state.lock);
  const candidates = usePage((state) => state.candidates);
  const group = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // The group and not its first button: a second Enter must not choose.
    if (choosing) group.current?.focus();
  }, [choosing]);
  if (!choosing && !(lock && other)) return null;
  const options: Candidate[] = lock ? (other ? [other] : []) : open(candidates);
  return (
    <div
      className="choices"
      role="group"
      ref={group}
      tabIndex={-1}
      aria-labelledby="choices-title"
      onKeyDown={(event: KeyboardEvent) => {
        if (event.key !== "Escape") return;
        desk.store.dispatch({ type: "closed" });
        document.getElementById("box")?.focus();
      }}
    >
      <p id="choices-title">{t(options.length === 1 && !lock ? "chooseTitle_one" : "chooseTitle")}</p>
      <div className="chips">
        {options.map((candidate) => (
          <button
            key={candidate.productId}
            type="button"
            className="chip"
            // A tap must not first take the choices away with the focus.
            onMouseDown={(event: MouseEvent) => event.preventDefault()}
            onClick={() => {
              desk.choose(candidate);
              document.getElementById("box")?.focus();
            }}
          >
            <Tile name={candidate.name} of={candidate.brandName} />
            <span>
              <bdi>{candidate.name}</bdi>
              <small>
                <Facts of={candidate} />
              </small>
            </span>
          </button>
        ))}
        {lock && (
          <button
            type="button"
            className="chip"
            onMouseDown={(event: MouseEvent) => event.preventDefault()}
            onClick={() => desk.keepLocked()}
          >
            <span>{t("stay", { product: isolate(lock.product.name) })}</span>
          </button>
        )}
      </div>
      {!lock && <p className="faint">{t("chooseNone")}</p>}
    </div>
  );
}
