// One question and what came of it.

import { memo } from "react";
import { Dotted } from "../Dotted";
import { AnswerOutcome } from "../gen/hsc/answer/v1/answer";
import { useStrings } from "../i18n/language";
import { useDesk } from "../page";
import type { Turn } from "../state/model";
import { withoutBrand } from "../state/text";
import { Tile } from "../Tile";
import { FailedState, NoManualState, SilentState } from "./Designed";
import { Message } from "./Message";
import { RelatedList } from "./RelatedList";
import { Sources } from "./Sources";
import { Stages } from "./Stages";
import { Tools } from "./Tools";

export const TurnView = memo(function TurnView({ turn }: { turn: Turn }) {
  const t = useStrings();
  const desk = useDesk();
  const outcome = turn.done?.outcome;
  const silent = outcome === AnswerOutcome.ANSWER_OUTCOME_NOT_IN_MANUAL;
  return (
    <article className="turn" aria-busy={turn.phase === "running"} data-phase={turn.phase}>
      <header className="asked">
        <h2 className="question" dir="auto">
          <span className="visually-hidden">{t("you")}: </span>
          {turn.typed}
        </h2>
        <p className="about">
          <Tile name={turn.product.name} of={turn.product.brandName} />
          <Dotted>
            <bdi>{turn.product.name}</bdi>
            {withoutBrand(turn.product.name, turn.product.brandName) === turn.product.name && (
              <bdi className="faint">{turn.product.brandName}</bdi>
            )}
            {turn.pictured && <span className="faint">{t("pictured")}</span>}
          </Dotted>
        </p>
      </header>
      {(turn.phase === "running" || turn.stages.length > 0) && <Stages turn={turn} />}
      {turn.chunks.length > 0 && (
        <Message chunks={turn.chunks} citations={turn.citations} productId={turn.product.productId} />
      )}
      {turn.phase === "stopped" && <p className="faint">{t("stopped")}</p>}
      {turn.phase === "failed" && <FailedState turn={turn} />}
      {silent && <SilentState turn={turn} />}
      {outcome === AnswerOutcome.ANSWER_OUTCOME_NO_MANUAL && <NoManualState turn={turn} />}
      {!silent && turn.citations.length > 0 && turn.phase !== "running" && <Sources turn={turn} />}
      <Tools turn={turn} />
      {turn.phase === "done" && turn.variants.length > 1 && (
        <p className="variants-line">
          <span className="label">{t("otherVariants")}</span>
          {turn.variants
            .filter((variant) => variant.productId !== turn.product.productId)
            .map((variant) => (
              <button
                key={variant.productId}
                type="button"
                className="chip slim"
                onClick={() => desk.ask(variant, turn.variants, turn.question)}
              >
                <bdi>{variant.sku || variant.category || variant.productId}</bdi>
              </button>
            ))}
        </p>
      )}
      {turn.phase === "done" && <RelatedList turn={turn} />}
    </article>
  );
});
