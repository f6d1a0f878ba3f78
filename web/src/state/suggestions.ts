// Questions suggested from a manual's contents: titles that name a task come first, front matter never.
interface Entry {
  title: string;
  level: number;
}

const COUNT = 6;
const FRONT_MATTER =
  /^(table of )?contents$|^index$|copyright|trademark|disclaimer|safety|warranty|^notes?$|^cover|^preface|^introduction$|^chapter \d+$|^appendix|declaration|^important/i;
const TASK =
  /\b(how to|using|use|connect\w*|reset\w*|restor\w*|sav\w+|load\w*|creat\w+|edit\w*|chang\w+|select\w*|set(ting)? ?up|setting|turn\w*|install\w*|updat\w+|record\w*|play\w*|assign\w*|charg\w+|clean\w*|calibrat\w+|troubleshoot\w*|adjust\w*|factory)\b/i;

export function suggested(outline: readonly Entry[]): string[] {
  const seen = new Set<string>();
  const titles: { title: string; rank: number }[] = [];
  for (const { title: raw, level } of outline) {
    // Numbers and leaders before and after are the printer's.
    const title = raw
      .replace(/^[\d.\s]+(?=\p{L})/u, "")
      .replace(/(\s*[.…]{2,}|\s{2,})[\s.…]*\d*$/u, "")
      .trim();
    const key = title.toLowerCase();
    if (title.length < 5 || title.length > 60 || FRONT_MATTER.test(title) || seen.has(key)) continue;
    seen.add(key);
    titles.push({ title, rank: (TASK.test(title) ? 0 : 10) + Math.abs(level - 2) });
  }
  return titles
    .map((entry, order) => ({ ...entry, order }))
    .sort((a, b) => a.rank - b.rank || a.order - b.order)
    .slice(0, COUNT)
    .map((entry) => entry.title);
}
