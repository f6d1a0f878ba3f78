import { type Answer, AnswerOutcome } from "../gen/hsc/answer/v1/answer";
import { useStrings } from "../i18n/language";

export function NotInManual({ answer }: { answer: Answer }) {
  const t = useStrings();
  const silent = answer.outcome === AnswerOutcome.ANSWER_OUTCOME_NOT_IN_MANUAL;
  return (
    <>
      <p>{t(silent ? "notInManual" : "noManual")}</p>
      {answer.hint && <p dir="auto">{answer.hint}</p>}
    </>
  );
}
