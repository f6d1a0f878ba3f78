// What the answer is doing, with the times it really took.
import { duration, type Key, useStrings } from "../i18n/language";
import type { Turn } from "../state/model";

const WORDS: Record<string, Key> = { found: "stageFound", read: "stageRead", checked: "stageChecked" };

export function Stages({ turn }: { turn: Turn }) {
  const t = useStrings();
  return (
    <ol className="stages">
      {turn.stages.map((stage) => (
        <li key={`${stage.stage} ${stage.at}`} title={stage.detail}>
          <span>{WORDS[stage.stage] ? t(WORDS[stage.stage] as Key) : stage.stage}</span>
          <small>{duration(stage.at)}</small>
        </li>
      ))}
      {turn.phase === "running" && (
        <li className="working">
          <span className="dots" aria-hidden="true" />
          <span className={turn.stages.length ? "visually-hidden" : ""}>{t("working")}</span>
        </li>
      )}
    </ol>
  );
}
