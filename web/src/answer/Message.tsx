// One growing message; each sentence with the numbers of the places it stands on.
import type { Citation } from "../gen/hsc/answer/v1/answer";
import { blocksOf, type Sentence } from "./blocks";
import { CitationChip } from "./CitationChip";

interface Props {
  chunks: readonly Sentence[];
  citations: readonly Citation[];
  productId: string;
}

const LONG_WORD = 24;

/** Where the last word begins: a number behind it must not stand alone on the next line. */
function lastWord(text: string): number {
  const at = text.lastIndexOf(" ") + 1;
  return text.length - at > LONG_WORD ? text.length : at;
}

export function Message({ chunks, citations, productId }: Props) {
  const numbered = new Map(citations.map((citation) => [citation.index, citation]));
  return (
    <div className="message">
      {blocksOf(chunks).map((block, at) => (
        <p key={at} className={block.step ? "block step" : "block"} dir="auto" data-step={block.step || undefined}>
          {block.step && <span className="visually-hidden">{block.step} </span>}
          {block.sentences.map((sentence, place) => (
            <span key={place} className="sentence">
              {sentence.text.slice(0, lastWord(sentence.text))}
              <span className="kept-together">
                {sentence.text.slice(lastWord(sentence.text))}
                {sentence.citationIndexes.map((index) => {
                  const citation = numbered.get(index);
                  return citation && <CitationChip key={index} citation={citation} productId={productId} />;
                })}
              </span>{" "}
            </span>
          ))}
        </p>
      ))}
    </div>
  );
}
