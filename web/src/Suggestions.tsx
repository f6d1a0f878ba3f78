// Questions from the contents of the chosen product's manual, once it is ready.
import { useStrings } from "./i18n/language";
import { useDesk, usePage } from "./page";

const NONE: string[] = [];

export function Suggestions() {
  const t = useStrings();
  const desk = useDesk();
  const begun = usePage((state) => state.turns.length > 0);
  const lock = usePage((state) => state.lock);
  const questions =
    usePage((state) =>
      state.lock && state.draft === "" ? state.suggestions[state.lock.product.productId] : undefined,
    ) ?? NONE;
  if (!lock || questions.length === 0) return begun ? <div className="suggestions" /> : null;
  return (
    <div className="suggestions">
      <p className="label">{t("suggestions")}</p>
      <div className="chips">
        {questions.map((question) => (
          <button
            key={question}
            type="button"
            className="chip slim"
            dir="auto"
            onClick={() => desk.ask(lock.product, [lock.product], question)}
          >
            {question}
          </button>
        ))}
      </div>
    </div>
  );
}
