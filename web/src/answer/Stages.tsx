// What the answer is doing, with the times it really took.
import { duration, type Key, useStrings } from "../i18n/language";
import type { Turn } from "../state/model";

const DONE: Record<string, Key> = { found: "stageFound", read: "stageRead", checked: "stageChecked" };
/** Said while it lasts; that it is over is what "found" says. */
const DOING: Record<string, Key> = { fetching: "manualFetching", parsing: "manualParsing" };

export function Stages({ turn }: { turn: Turn }) {
  const t = useStrings();
  const done = turn.stages.filter(({ stage }) => !DOING[stage]);
  const doing = DOING[turn.stages.at(-1)?.stage ?? ""];
  return (
    <ol className="stages">
      {done.map((stage) => (
        <li key={`${stage.stage} ${stage.at}`} title={stage.detail}>
          <span>{DONE[stage.stage] ? t(DONE[stage.stage] as Key) : stage.stage}</span>
          <small>{duration(stage.at)}</small>
        </li>
      ))}
      {turn.phase === "running" && (
        <li className="working">
          <span className="dots" aria-hidden="true" />
          <span className={done.length > 0 ? "visually-hidden" : ""}>{t(doing ?? "working")}</span>
        </li>
      )}
    </ol>
  );
}
