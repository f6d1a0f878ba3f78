// Which part of the sentence is taken for the product; marked in the box too. The rest of it is the question.
import { useStrings } from "../i18n/language";
import { usePage } from "../page";
import { questionOf } from "../state/decide";

export function Understanding() {
  const t = useStrings();
  const draft = usePage((state) => state.draft);
  const top = usePage((state) => (state.lock ? undefined : state.candidates[0]));
  const question = usePage(questionOf);
  if (!top?.locked || draft.trim() === "") return <p className="understanding" />;
  return (
    <p className="understanding">
      <span className="label">{t("readAs")}</span> <bdi className="read-product">{top.name}</bdi>
      {question && (
        <span className="visually-hidden">
          , {t("readAsQuestion")} <bdi>{question}</bdi>
        </span>
      )}
    </p>
  );
}
