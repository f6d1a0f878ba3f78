// Text as people paste it, and as it is shown.

export const LONGEST_QUESTION = 2000;

// Controls, and the marks that turn the direction of what follows: none of them is part of a question.
const UNWANTED = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/** One line without control characters; line ends and tabs become spaces. */
export function oneLine(text: string): string {
  return text
    .replace(/[\t\r\n\u2028\u2029]+/g, " ")
    .replace(UNWANTED, "")
    .toWellFormed();
}

export function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/** Keeps a name from turning the words around it, where no element can (labels, titles). */
export function isolate(text: string): string {
  return `\u2068${text}\u2069`;
}

export interface Piece {
  text: string;
  marked: boolean;
}

/** `text` cut at half-open spans, which count code points. Spans out of range are cut to it. */
export function pieces(text: string, spans: readonly { start: number; end: number }[]): Piece[] {
  const points = [...text];
  const marked = new Array<boolean>(points.length).fill(false);
  for (const { start, end } of spans) marked.fill(true, start, Math.min(end, points.length));
  const result: Piece[] = [];
  points.forEach((point, index) => {
    const last = result.at(-1);
    if (last && last.marked === marked[index]) last.text += point;
    else result.push({ text: point, marked: marked[index] === true });
  });
  return result;
}

/** Where `part` stands in `text`, the last time, whatever the case; null where it does not. */
export function locate(text: string, part: string): { start: number; end: number } | null {
  if (part.trim() === "") return null;
  const start = text.toLowerCase().lastIndexOf(part.toLowerCase());
  return start < 0 ? null : { start, end: start + part.length };
}

/** The name without the brand's before it, where a catalogue writes both. */
export function withoutBrand(name: string, brand: string): string {
  for (const prefix of [brand, brand.split(" ")[0] ?? ""])
    if (prefix && name.toLowerCase().startsWith(`${prefix.toLowerCase()} `))
      return name.slice(prefix.length + 1).trim();
  return name;
}

/** One or two letters for a product without a picture. */
export function monogram(name: string): string {
  const words = name.normalize("NFKC").match(/[\p{L}\p{N}]+/gu) ?? [];
  const letters = words.length > 1 ? words.slice(0, 2).map((word) => [...word][0]) : [...(words[0] ?? "?")].slice(0, 2);
  return letters.join("").toLocaleUpperCase();
}

/** A stable hue, 0 to 359, so that a brand keeps its colour. */
export function hue(name: string): number {
  let hash = 0;
  for (const point of name) hash = (hash * 31 + (point.codePointAt(0) ?? 0)) % 360;
  return hash;
}
