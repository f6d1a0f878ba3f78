// The draft and the conversation survive a reload, in this tab alone.
import { EMPTY, type State, type Turn } from "./model";
import type { Store } from "./store";

const KEY = "hsc.page";
const VERSION = 1;
const KEPT_TURNS = 300;

interface Kept {
  version: number;
  draft: string;
  lock: State["lock"];
  turns: Turn[];
}

export function restore(storage: Pick<Storage, "getItem">): State {
  try {
    const kept = JSON.parse(storage.getItem(KEY) ?? "null") as Kept | null;
    if (kept?.version !== VERSION || !Array.isArray(kept.turns)) return EMPTY;
    return { ...EMPTY, draft: String(kept.draft ?? ""), lock: kept.lock ?? null, turns: kept.turns };
  } catch {
    return EMPTY;
  }
}

export function keep(storage: Pick<Storage, "setItem" | "removeItem">, state: State): void {
  for (let turns = state.turns.slice(-KEPT_TURNS); ; turns = turns.slice(Math.ceil(turns.length / 2))) {
    try {
      const kept: Kept = { version: VERSION, draft: state.draft, lock: state.lock, turns };
      storage.setItem(KEY, JSON.stringify(kept));
      return;
    } catch {
      // Full, or forbidden: the newer half may fit.
      if (turns.length <= 1) return;
    }
  }
}

/** Writes at most once in a while, and when the page goes away. */
export function keepAlways(store: Store, storage: Storage, everyMs = 400): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const write = () => {
    clearTimeout(timer);
    timer = undefined;
    keep(storage, store.get());
  };
  store.subscribe(() => {
    timer ??= setTimeout(write, everyMs);
  });
  addEventListener("pagehide", write);
}

/** Made once a tab, with 128 random bits. */
export function sessionId(storage: Pick<Storage, "getItem" | "setItem">, make: () => string): string {
  try {
    const kept = storage.getItem("hsc.session");
    if (kept && /^[0-9a-f]{32}$/.test(kept)) return kept;
    const made = make();
    storage.setItem("hsc.session", made);
    return made;
  } catch {
    return make();
  }
}
