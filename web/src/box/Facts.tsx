// What tells a product from its namesakes: the brand where the name leaves it out, the category, how many variants.
import { Dotted } from "../Dotted";
import { useStrings } from "../i18n/language";
import type { Candidate } from "../state/model";
import { withoutBrand } from "../state/text";

export function Facts({ of: { name, brandName, category, variants } }: { of: Candidate }) {
  const t = useStrings();
  return (
    <Dotted>
      {brandName && withoutBrand(name, brandName) === name && <bdi>{brandName}</bdi>}
      {category && <bdi>{category}</bdi>}
      {variants.length > 1 && <span>{t("variants", { count: variants.length })}</span>}
    </Dotted>
  );
}
