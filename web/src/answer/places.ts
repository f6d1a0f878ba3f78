// Where a citation stands, in words and for the viewer.
import type { Citation } from "../gen/hsc/answer/v1/answer";
import type { Passage } from "../gen/hsc/ingest/v1/ingest";
import { translate } from "../i18n/language";
import type { Place } from "../state/model";

export function pagesOf({ pageStart, pageEnd }: { pageStart: number; pageEnd: number }): string {
  if (pageStart === 0) return "";
  return pageEnd > pageStart
    ? translate("pageRange", { page: pageStart, end: pageEnd })
    : translate("page", { page: pageStart });
}

/** The page, else the section's name (HTML manuals have no pages). */
export function whereOf(citation: Pick<Citation, "pageStart" | "pageEnd" | "sectionPath">): string {
  return pagesOf(citation) || citation.sectionPath.at(-1) || translate("manual");
}

/** Citations of one section on one page stand together. */
export function byPlace(citations: readonly Citation[]): [Citation, ...Citation[]][] {
  const groups = new Map<string, [Citation, ...Citation[]]>();
  for (const citation of citations) {
    const { manualId, pageStart, pageEnd, sectionPath } = citation;
    const key = JSON.stringify([manualId, pageStart, pageEnd, sectionPath]);
    const group = groups.get(key);
    if (group) group.push(citation);
    else groups.set(key, [citation]);
  }
  return [...groups.values()];
}

export function placeOf(citation: Citation, productId: string): Place {
  const { manualId, pageStart, anchor, quote, boxes, manualTitle } = citation;
  return { manualId, productId, title: manualTitle, page: pageStart, anchor, quote, boxes };
}

export function placeOfPassage(passage: Passage, productId: string, title: string): Place {
  const { manualId, pageStart, anchor, text, boxes } = passage;
  return { manualId, productId, title, page: pageStart, anchor, quote: text, boxes };
}
