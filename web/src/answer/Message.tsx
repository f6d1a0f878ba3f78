// One growing message; each sentence with the numbers of the places it stands on.
import type { Turn } from "../state/model";
import { CitationChip } from "./CitationChip";

export function Message({ turn }: { turn: Turn }) {
  const citations = new Map(turn.citations.map((citation) => [citation.index, citation]));
  return (
    <div className="message" dir="auto">
      {turn.chunks.map((chunk, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: chunks are only ever added at the end
        <span key={at} className="sentence">
          {chunk.text.trimEnd()}
          {chunk.citationIndexes.map((index) => {
            const citation = citations.get(index);
            return citation && <CitationChip key={index} citation={citation} productId={turn.product.productId} />;
          })}
          {/\n\s*$/.test(chunk.text) ? "\n" : " "}
        </span>
      ))}
    </div>
  );
}
