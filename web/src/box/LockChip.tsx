import { useStrings } from "../i18n/language";
import { Icon } from "../icons";
import type { ProductRef } from "../state/model";
import { Tile } from "../Tile";

export function LockChip({ product, onUnlock }: { product: ProductRef; onUnlock: () => void }) {
  const t = useStrings();
  return (
    <span className="lock">
      <Tile name={product.name} of={product.brandName} />
      <bdi className="lock-name">{product.name}</bdi>
      <button
        type="button"
        className="button quiet small"
        aria-label={t("unlock")}
        title={t("unlock")}
        onClick={onUnlock}
      >
        <Icon name="close" />
      </button>
    </span>
  );
}
