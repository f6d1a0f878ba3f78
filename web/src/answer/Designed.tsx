// The states that are not an answer, each with what to do next.
import type { ComponentChildren } from "preact";
import { useStrings } from "../i18n/language";
import { Icon } from "../icons";
import { useDesk } from "../page";
import type { Turn } from "../state/model";
import { AskPerson } from "./AskPerson";
import { placeOf } from "./places";
import { wordsFor } from "./reasons";
import { Source } from "./Sources";

function Card({ title, kind, children }: { title: string; kind: "silent" | "failed"; children: ComponentChildren }) {
  return (
    <div className="card" data-kind={kind}>
      <h3>{title}</h3>
      {children}
    </div>
  );
}

export function SilentState({ turn }: { turn: Turn }) {
  const t = useStrings();
  const desk = useDesk();
  const nearest = turn.citations[0];
  return (
    <Card title={t("notInManual")} kind="silent">
      <p>{t("notInManualBody")}</p>
      {turn.citations.map((citation) => (
        <Source key={citation.index} citation={citation} productId={turn.product.productId} full />
      ))}
      <h4>{t("whatNext")}</h4>
      <ul className="next">
        <li>{t("nextRephrase")}</li>
        {nearest && (
          <li>
            <button
              type="button"
              className="link"
              onClick={() => desk.view({ ...placeOf(nearest, turn.product.productId), quote: "" })}
            >
              <Icon name="search" /> {t("nextFind")}
            </button>
          </li>
        )}
        <li>
          <AskPerson turn={turn} className="link" />
        </li>
      </ul>
    </Card>
  );
}

export function NoManualState({ turn }: { turn: Turn }) {
  const t = useStrings();
  const desk = useDesk();
  const { reason = "", hint = "" } = turn.done ?? {};
  return (
    <Card title={t("noManual")} kind="silent">
      <p dir="auto">{wordsFor(reason, hint)}</p>
      <h4>{t("whatNext")}</h4>
      <ul className="next">
        <li>
          <AskPerson turn={turn} className="link" />
        </li>
        {reason !== "NO_DOCUMENT" && (
          <li>
            <button type="button" className="link" onClick={() => desk.retry(turn)}>
              <Icon name="retry" mirrored /> {t("retry")}
            </button>
          </li>
        )}
      </ul>
    </Card>
  );
}

export function FailedState({ turn }: { turn: Turn }) {
  const t = useStrings();
  const desk = useDesk();
  const { reason = "", message = "" } = turn.failure ?? {};
  return (
    <Card title={t("failedTitle")} kind="failed">
      <p dir="auto">{wordsFor(reason, (reason && message) || t("failedBody"))}</p>
      <button type="button" className="button" onClick={() => desk.retry(turn)}>
        <Icon name="retry" mirrored /> {t("retry")}
      </button>
    </Card>
  );
}
