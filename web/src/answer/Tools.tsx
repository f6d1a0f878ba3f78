// Stop, ask again, copy, rate, keep.
import { useState } from "react";
import { AnswerOutcome, Verdict } from "../gen/hsc/answer/v1/answer";
import { type Key, useStrings } from "../i18n/language";
import { Icon } from "../icons";
import { useDesk } from "../page";
import type { Turn } from "../state/model";
import { AskPerson } from "./AskPerson";
import { asText, receiptUrl } from "./handover";
import { placeOf } from "./places";

const REASONS: Key[] = ["whyWrongProduct", "whyNotInManual", "whyIncomplete", "whyOther"];

export function Tools({ turn }: { turn: Turn }) {
  const t = useStrings();
  const desk = useDesk();
  const [copied, setCopied] = useState(false);
  const [asking, setAsking] = useState(false);
  if (turn.phase === "running")
    return (
      <div className="tools">
        <button type="button" className="button quiet" onClick={() => desk.stop(turn)}>
          <Icon name="stop" /> {t("stop")}
        </button>
      </div>
    );
  const answered = turn.done?.outcome === AnswerOutcome.ANSWER_OUTCOME_ANSWERED;
  const silent = turn.done?.outcome === AnswerOutcome.ANSWER_OUTCOME_NOT_IN_MANUAL;
  const source = turn.citations[0];
  const rate = (verdict: Verdict, reason = "") => {
    setAsking(verdict === Verdict.VERDICT_NOT_HELPFUL && reason === "");
    void desk.rate(turn, verdict, reason);
  };
  return (
    <div className="tools">
      {answered && (
        <button
          type="button"
          className="button quiet"
          onClick={async () => {
            await navigator.clipboard.writeText(asText(turn));
            setCopied(true);
            setTimeout(() => setCopied(false), 2000);
          }}
        >
          <Icon name={copied ? "check" : "copy"} /> {t(copied ? "copied" : "copy")}
        </button>
      )}
      {(answered || silent || turn.phase === "stopped") && (
        <button type="button" className="button quiet" onClick={() => desk.retry(turn)}>
          <Icon name="retry" mirrored /> {t("retry")}
        </button>
      )}
      {answered && source && (
        <button
          type="button"
          className="button quiet"
          onClick={() => desk.view({ ...placeOf(source, turn.product.productId), quote: "" })}
        >
          <Icon name="search" /> {t("find")}
        </button>
      )}
      {turn.phase === "done" && turn.answerId && (
        <a className="button quiet" href={receiptUrl(turn.answerId)} target="_blank" rel="noreferrer">
          <Icon name="link" /> {t("permalink")}
        </a>
      )}
      {(answered || turn.phase !== "done") && <AskPerson turn={turn} className="button quiet" />}
      {turn.phase === "done" && turn.answerId && (
        <span className="thumbs">
          <button
            type="button"
            className="button quiet"
            aria-label={t("helpful")}
            title={t("helpful")}
            aria-pressed={turn.verdict === Verdict.VERDICT_HELPFUL}
            onClick={() => rate(Verdict.VERDICT_HELPFUL)}
          >
            <Icon name="up" />
          </button>
          <button
            type="button"
            className="button quiet"
            aria-label={t("notHelpful")}
            title={t("notHelpful")}
            aria-pressed={turn.verdict === Verdict.VERDICT_NOT_HELPFUL}
            onClick={() => rate(Verdict.VERDICT_NOT_HELPFUL)}
          >
            <Icon name="down" />
          </button>
        </span>
      )}
      {asking && (
        <fieldset className="why">
          <legend>{t("whyNot")}</legend>
          {REASONS.map((reason) => (
            <button
              key={reason}
              type="button"
              className="chip slim"
              // The reasons are counted, so they are sent as names and not in a language.
              onClick={() => rate(Verdict.VERDICT_NOT_HELPFUL, reason)}
            >
              {t(reason)}
            </button>
          ))}
        </fieldset>
      )}
    </div>
  );
}
