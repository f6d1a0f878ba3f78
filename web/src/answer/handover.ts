// A conversation for a person who takes it on: the transcript, the products, the places in the manuals.
import type { Turn } from "../state/model";
import { blocksOf } from "./blocks";
import { whereOf } from "./places";

export function receiptUrl(answerId: string): string {
  return `${location.origin}/a/${encodeURIComponent(answerId)}`;
}

/** One answer as text, with its sources below it. */
export function asText(turn: Turn): string {
  const body = blocksOf(turn.chunks)
    .map(({ step, sentences }) => {
      const words = sentences.map(({ text, citationIndexes }) =>
        [text, citationIndexes.map((index) => `[${index}]`).join("")].filter(Boolean).join(" "),
      );
      return [step, ...words].filter(Boolean).join(" ");
    })
    .join("\n");
  const sources = turn.citations.map(
    (citation) =>
      `[${citation.index}] ${[citation.manualTitle, whereOf(citation)].filter(Boolean).join(", ")}: “${citation.quote}”`,
  );
  return [body, sources.join("\n")].filter(Boolean).join("\n\n");
}

export function transcript(turns: readonly Turn[]): string {
  return turns
    .map((turn) => {
      const { product } = turn;
      const lines = [
        `## ${turn.typed}`,
        `${product.brandName} ${product.name} (${product.productId}), ${new Date(turn.askedAt).toISOString()}`,
        asText(turn) || turn.done?.hint || turn.failure?.message || "",
        turn.answerId && receiptUrl(turn.answerId),
      ];
      return lines.filter(Boolean).join("\n\n");
    })
    .join("\n\n");
}

/** Saves the transcript as a file. */
export function saveTranscript(turns: readonly Turn[]): void {
  const url = URL.createObjectURL(new Blob([transcript(turns)], { type: "text/markdown" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = `conversation-${new Date().toISOString().slice(0, 16).replace(/[:T]/g, "-")}.md`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
