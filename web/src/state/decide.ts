// What Enter means now. Never a guess: an open choice is given to the person.
import { productRef } from "./candidates";
import type { Candidate, Notice, ProductRef, State } from "./model";
import { codePoints, LONGEST_QUESTION, locate } from "./text";

export type Decision =
  | { do: "ask"; product: ProductRef; variants: ProductRef[]; question: string }
  | { do: "lock"; product: ProductRef }
  | { do: "wait" }
  | { do: "choose" }
  | { do: "say"; notice: Notice };

/** The draft without the words that name the product. */
export function questionOf(state: State): string {
  if (state.lock) return state.draft.trim();
  const place = locate(state.draft, state.productText);
  if (!place) return state.draft.trim();
  const rest = `${state.draft.slice(0, place.start).trimEnd()} ${state.draft.slice(place.end).trimStart()}`.trim();
  // The server parts the sentence better than we do, as long as it is the same sentence.
  return state.answeredText === state.draft && state.questionText.trim() !== "" ? state.questionText.trim() : rest;
}

export function asking(state: State, candidate: Candidate | ProductRef): Decision {
  const question = questionOf(state);
  const variants = "variants" in candidate ? candidate.variants : [candidate];
  const { productId, name, brandName, category, sku } = candidate;
  const product = { productId, name, brandName, category, sku };
  return /[\p{L}\p{N}]/u.test(question) ? { do: "ask", product, variants, question } : { do: "lock", product };
}

export function decide(state: State, patient = true): Decision {
  const length = codePoints(state.draft);
  if (length > LONGEST_QUESTION) return { do: "say", notice: { kind: "question-too-long", length } };
  const chosen = state.candidates[state.active];
  if (chosen) return asking(state, chosen);
  if (state.lock) {
    if (state.draft.trim() === "") return { do: "say", notice: { kind: "no-question" } };
    if (state.lock.carried && state.other) return { do: "choose" };
    return asking(state, state.lock.product);
  }
  if (state.draft.trim() === "") return { do: "say", notice: { kind: "no-question" } };
  if (state.answeredText !== state.draft && patient) return { do: "wait" };
  const top = state.candidates[0];
  if (top?.locked && state.answeredText === state.draft) return asking(state, top);
  return top ? { do: "choose" } : { do: "say", notice: { kind: "no-product" } };
}

/** The one product that the box is certain to name. */
export function named({ lock, candidates, answeredText, draft }: State): ProductRef | null {
  if (lock) return lock.product;
  const top = candidates[0];
  return top?.locked && top.variants.length === 1 && answeredText === draft ? productRef(top) : null;
}
