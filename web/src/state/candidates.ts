// From predictions to the rows of the list.
import type { Prediction, PredictResponse } from "../gen/hsc/prediction/v1/prediction";
import type { Candidate, ProductRef } from "./model";
import { withoutBrand } from "./text";

export const ROWS = 5;

export function productRef(product: {
  productId: string;
  name?: string | undefined;
  brandName?: string | undefined;
  category?: string | undefined;
  sku?: string | undefined;
}): ProductRef {
  return {
    productId: product.productId,
    name: product.name || product.productId,
    brandName: product.brandName ?? "",
    category: product.category ?? "",
    sku: product.sku ?? "",
  };
}

/** Products of equal brand and name become one row; their confidences add. */
export function grouped({
  predictions,
  productText,
}: Pick<PredictResponse, "predictions" | "productText">): Candidate[] {
  const rows = new Map<string, Candidate>();
  const certain = predictions[0]?.locked === true;
  for (const prediction of predictions) {
    const key = prediction.variantGroup ? `group ${prediction.variantGroup}` : `product ${prediction.productId}`;
    const ref = productRef(prediction);
    const row = rows.get(key);
    if (row) {
      row.variants.push(ref);
      row.confidence = Math.min(1, row.confidence + prediction.confidence);
      row.locked ||= prediction.locked;
    } else {
      const { confidence, locked } = prediction;
      const matchedSpans = certain && !locked ? ofProduct(prediction, productText) : prediction.matchedSpans;
      rows.set(key, { ...ref, confidence, locked, matchedSpans, variants: [ref] });
    }
  }
  return [...rows.values()].slice(0, ROWS);
}

/** The spans that match the words for the product: those that match the question's words are chance. */
function ofProduct({ name, matchedSpans }: Prediction, productText: string): Prediction["matchedSpans"] {
  const points = [...name];
  const words = ` ${productText.toLowerCase()}`;
  return matchedSpans.filter(({ start, end }) => words.includes(` ${points.slice(start, end).join("").toLowerCase()}`));
}

/** While the top stays the same, rows that were there keep their places and new ones take those left free. */
export function steadied(before: readonly Candidate[], after: Candidate[]): Candidate[] {
  if (before.length === 0 || before[0]?.productId !== after[0]?.productId) return after;
  const left = new Map(after.map((row) => [row.productId, row]));
  const places: (Candidate | undefined)[] = before.slice(0, after.length).map((row) => {
    const kept = left.get(row.productId);
    left.delete(row.productId);
    return kept;
  });
  const fresh = after.filter((row) => left.has(row.productId));
  return after.map((_, index) => places[index] ?? (fresh.shift() as Candidate));
}

export type Likelihood = "certain" | "very-likely" | "possible" | "unlikely";

/** Words instead of percentages. */
export function likelihood({ confidence, locked }: { confidence: number; locked: boolean }): Likelihood {
  if (locked) return "certain";
  if (confidence >= 0.6) return "very-likely";
  return confidence >= 0.15 ? "possible" : "unlikely";
}

/** Sure enough to be offered behind the caret; confidence is calibrated, and this is where the server would lock too. */
export function sure({ confidence, locked }: { confidence: number; locked: boolean }): boolean {
  return locked || confidence >= 0.8;
}

/** The rest of the name after what was typed of it, shown behind the caret. */
export function ghost(draft: string, productText: string, top: Candidate | undefined): string {
  const typed = productText.toLowerCase();
  if (!top || !sure(top) || typed === "" || !draft.toLowerCase().endsWith(typed)) return "";
  const name = [top.name, withoutBrand(top.name, top.brandName)].find((each) => each.toLowerCase().startsWith(typed));
  return name?.slice(typed.length) ?? "";
}
