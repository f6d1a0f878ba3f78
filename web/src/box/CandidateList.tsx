import { useStrings } from "../i18n/language";
import { useDesk } from "../page";
import { likelihood } from "../state/candidates";
import type { Candidate } from "../state/model";
import { pieces } from "../state/text";
import { Tile } from "../Tile";
import { Facts } from "./Facts";

export const optionId = (index: number) => `candidate-${index}`;

interface Props {
  open: boolean;
  candidates: Candidate[];
  active: number;
  /** Whether Tab would take a product now; else it leaves the box, as everywhere. */
  takes: boolean;
}

export function CandidateList({ open, candidates, active, takes }: Props) {
  const t = useStrings();
  return (
    <div className="popup" hidden={!open}>
      <ul id="candidates" role="listbox" aria-label={t("products")}>
        {open &&
          candidates.map((candidate, index) => (
            <Row key={index} candidate={candidate} index={index} active={index === active} />
          ))}
      </ul>
      <p className="keys" aria-hidden="true">
        {takes && (
          <span>
            <kbd>Tab</kbd> {t("keyAccept")}
          </span>
        )}
        <span>
          <kbd>↑</kbd> <kbd>↓</kbd> {t("keyMove")}
        </span>
        <span>
          <kbd>↵</kbd> {t("keyAsk")}
        </span>
      </p>
    </div>
  );
}

function Row({ candidate, index, active }: { candidate: Candidate; index: number; active: boolean }) {
  const t = useStrings();
  const desk = useDesk();
  const word = likelihood(candidate);
  return (
    <li
      id={optionId(index)}
      role="option"
      aria-selected={active}
      className="candidate"
      // The box keeps the focus.
      onMouseDown={(event: MouseEvent) => event.preventDefault()}
      onClick={() => desk.choose(candidate)}
    >
      <Tile name={candidate.name} of={candidate.brandName} />
      <span className="candidate-text">
        <bdi className="candidate-name">
          {pieces(candidate.name, candidate.matchedSpans).map((piece, at) =>
            piece.marked ? <mark key={at}>{piece.text}</mark> : piece.text,
          )}
        </bdi>
        <span className="candidate-facts">
          <Facts of={candidate} />
        </span>
      </span>
      <span className="likelihood" data-likelihood={word}>
        {word !== "unlikely" && t(word)}
      </span>
    </li>
  );
}
