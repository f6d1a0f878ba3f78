// What the catalogue knows beside the manual: the brand, and products that go with this one.
import { Dotted } from "../Dotted";
import { useStrings } from "../i18n/language";
import { useDesk } from "../page";
import { productRef } from "../state/candidates";
import type { Turn } from "../state/model";
import { Tile } from "../Tile";

const SHOWN = 6;

export function RelatedList({ turn }: { turn: Turn }) {
  const t = useStrings();
  const desk = useDesk();
  if (turn.related.length === 0 && !turn.brand?.name) return null;
  return (
    <aside className="related" aria-label={t("related")}>
      {turn.brand?.name && (
        <p className="brand-line faint">
          <Dotted>
            <bdi>{turn.brand.name}</bdi>
            {turn.brand.hq && <bdi>{turn.brand.hq}</bdi>}
            {turn.brand.founded && <span>{t("brandSince", { founded: turn.brand.founded })}</span>}
          </Dotted>
        </p>
      )}
      {turn.related.length > 0 && (
        <>
          <h3 className="label">
            <Dotted>
              <span>{t("related")}</span>
              <span>{t("relatedSource")}</span>
            </Dotted>
          </h3>
          <div className="chips">
            {turn.related.slice(0, SHOWN).map((product) => (
              <button
                key={`${product.type} ${product.productId}`}
                type="button"
                className="chip"
                onClick={() => {
                  desk.lock(productRef(product));
                  document.getElementById("box")?.focus();
                }}
              >
                <Tile name={product.name} of={product.brandName} />
                <span>
                  <bdi>{product.name}</bdi>
                  <small dir="auto">{product.label || product.type}</small>
                </span>
              </button>
            ))}
          </div>
        </>
      )}
    </aside>
  );
}
