import { useStrings } from "../i18n/language";
import { Icon } from "../icons";
import { useDesk } from "../page";
import type { Turn } from "../state/model";

/** Opens the form that hands a turn over to a person. */
export function AskPerson({ turn, className }: { turn: Turn; className: string }) {
  const t = useStrings();
  const desk = useDesk();
  const taken = turn.handedOver?.delivered === true;
  return (
    <button type="button" className={className} onClick={() => desk.store.dispatch({ type: "handing", id: turn.id })}>
      <Icon name={taken ? "check" : "person"} /> {t(taken ? "handedOver" : "handOver")}
    </button>
  );
}
