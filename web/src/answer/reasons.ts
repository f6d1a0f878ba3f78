// Why something went wrong, in the page's own words where it has some.
import { type Key, translate } from "../i18n/language";

const KNOWN: ReadonlySet<string> = new Set<Key>(["ANSWER_LOST", "MANUAL_LATE", "NO_DOCUMENT", "PRODUCT_UNKNOWN"]);

/** `otherwise` is what the service says of it, in English. */
export function wordsFor(reason: string, otherwise: string): string {
  return KNOWN.has(reason) ? translate(reason as Key) : otherwise;
}
