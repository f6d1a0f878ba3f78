import type { Citation } from "../gen/hsc/answer/v1/answer";
import { useStrings } from "../i18n/language";
import { useDesk } from "../page";
import type { Turn } from "../state/model";
import { placeOf, whereOf } from "./places";

export function Sources({ turn }: { turn: Turn }) {
  const t = useStrings();
  return (
    <section className="sources" aria-label={t("sources")}>
      {turn.citations.map((citation) => (
        <Source key={citation.index} citation={citation} productId={turn.product.productId} />
      ))}
    </section>
  );
}

export function Source({ citation, productId, full = false }: { citation: Citation; productId: string; full?: boolean }) {
  const desk = useDesk();
  return (
    <button
      type="button"
      className={full ? "source full" : "source"}
      onClick={() => desk.view(placeOf(citation, productId))}
    >
      <span className="source-index">{citation.index}</span>
      <span className="source-text">
        {full && (
          <q className="source-quote" dir="auto">
            {citation.quote}
          </q>
        )}
        <span className="source-where">
          <bdi>{whereOf(citation)}</bdi>
          {citation.sectionPath.length > 0 && citation.pageStart > 0 && (
            <bdi className="faint">{citation.sectionPath.at(-1)}</bdi>
          )}
        </span>
      </span>
    </button>
  );
}
