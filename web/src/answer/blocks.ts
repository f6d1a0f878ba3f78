// An answer's sentences as blocks: running text, and one block a numbered step.
export interface Sentence {
  text: string;
  citationIndexes: number[];
}

export interface Block {
  /** "3." for a step, empty for running text. */
  step: string;
  sentences: Sentence[];
}

const STEP = /^\s*(\d{1,2}[.)])\s+/;

export function blocksOf(chunks: readonly Sentence[]): Block[] {
  const blocks: Block[] = [];
  let broken = true;
  for (const { text, citationIndexes } of chunks) {
    const step = STEP.exec(text);
    const sentence = { text: text.slice(step?.[0].length ?? 0).trim(), citationIndexes };
    const last = blocks.at(-1);
    if (step || broken || !last) blocks.push({ step: step?.[1] ?? "", sentences: [sentence] });
    else last.sentences.push(sentence);
    broken = /\n\s*$/.test(text);
  }
  return blocks;
}
