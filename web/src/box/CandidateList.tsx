import { Dotted } from "../Dotted";
import { useStrings } from "../i18n/language";
import { useDesk } from "../page";
import { likelihood } from "../state/candidates";
import type { Candidate } from "../state/model";
import { pieces, withoutBrand } from "../state/text";
import { Tile } from "../Tile";

export const optionId = (index: number) => `candidate-${index}`;

export function CandidateList(props: { open: boolean; candidates: Candidate[]; active: number }) {
  const { open, candidates, active } = props;
  const t = useStrings();
  return (
    <div className="popup" hidden={!open}>
      <ul id="candidates" role="listbox" aria-label={t("products")}>
        {open &&
          candidates.map((candidate, index) => (
            <Row key={candidate.productId} candidate={candidate} index={index} active={index === active} />
          ))}
      </ul>
      <p className="keys" aria-hidden="true">
        <span>
          <kbd>Tab</kbd> {t("keyAccept").replace("Tab ", "")}
        </span>
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
          <Dotted>
            {withoutBrand(candidate.name, candidate.brandName) === candidate.name && <bdi>{candidate.brandName}</bdi>}
            {candidate.category && <bdi>{candidate.category}</bdi>}
            {candidate.variants.length > 1 && <span>{t("variants", { count: candidate.variants.length })}</span>}
          </Dotted>
        </span>
      </span>
      <span className="likelihood" data-likelihood={word}>
        {word !== "unlikely" && t(word)}
      </span>
    </li>
  );
}
