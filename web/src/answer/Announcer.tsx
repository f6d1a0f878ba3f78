// Screen readers hear when an answer begins and ends, once each; the streaming text itself is no live region.
import { AnswerOutcome } from "../gen/hsc/answer/v1/answer";
import { counted, useStrings } from "../i18n/language";
import { usePage } from "../page";
import { likelihood } from "../state/candidates";
import { isolate } from "../state/text";

export function Announcer() {
  const t = useStrings();
  const phase = usePage((state) => state.turns.at(-1)?.phase);
  const outcome = usePage((state) => state.turns.at(-1)?.done?.outcome);
  const sources = usePage((state) =>
    state.turns.at(-1)?.phase === "done" ? (state.turns.at(-1)?.citations.length ?? 0) : 0,
  );
  const top = usePage((state) => (state.open && state.candidates[0]?.locked ? state.candidates[0] : undefined));
  let answer = "";
  if (phase === "running") answer = t("answerStarted");
  else if (phase === "failed") answer = t("answerFailed");
  else if (phase === "stopped") answer = t("stopped");
  else if (outcome === AnswerOutcome.ANSWER_OUTCOME_ANSWERED) answer = counted("answerReady", sources);
  else if (outcome === AnswerOutcome.ANSWER_OUTCOME_NOT_IN_MANUAL) answer = t("answerSilent");
  else if (outcome === AnswerOutcome.ANSWER_OUTCOME_NO_MANUAL) answer = t("noManual");
  const product = top
    ? t("topResult", { likelihood: t(likelihood(top)), product: isolate(`${top.brandName} ${top.name}`) })
    : "";
  return (
    <div className="visually-hidden">
      <p role="status" data-announce="answer">
        {answer}
      </p>
      <p role="status" data-announce="product">
        {product}
      </p>
    </div>
  );
}
