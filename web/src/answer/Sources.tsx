import { Dotted } from "../Dotted";
import type { Citation } from "../gen/hsc/answer/v1/answer";
import { useStrings } from "../i18n/language";
import { useDesk } from "../page";
import type { Turn } from "../state/model";
import { byPlace, placeOf, whereOf } from "./places";

export function Sources({ turn }: { turn: Turn }) {
  const t = useStrings();
  return (
    <section className="sources" aria-label={t("sources")}>
      {byPlace(turn.citations).map((group) => (
        <Source key={group[0].index} citation={group[0]} others={group.slice(1)} productId={turn.product.productId} />
      ))}
    </section>
  );
}

interface Props {
  citation: Citation;
  /** Of the same place. */
  others?: Citation[];
  productId: string;
  full?: boolean;
}

export function Source({ citation, others = [], productId, full = false }: Props) {
  const desk = useDesk();
  const place = placeOf(citation, productId);
  // Sentences of one line have the same box: marked twice it would be darker.
  const boxes = [citation, ...others].flatMap((each) => each.boxes);
  const all = { ...place, boxes: [...new Map(boxes.map((box) => [JSON.stringify(box), box])).values()] };
  return (
    <button type="button" className={full ? "source full" : "source"} onClick={() => desk.view(all)}>
      {[citation, ...others].map(({ index }) => (
        <span key={index} className="source-index">
          {index}
        </span>
      ))}
      <span className="source-text">
        {full && (
          <q className="source-quote" dir="auto">
            {citation.quote}
          </q>
        )}
        <span className="source-where">
          <Dotted>
            <bdi>{whereOf(citation)}</bdi>
            {citation.sectionPath.length > 0 && citation.pageStart > 0 && (
              <bdi className="faint">{citation.sectionPath.at(-1)}</bdi>
            )}
          </Dotted>
        </span>
      </span>
    </button>
  );
}
