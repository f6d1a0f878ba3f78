// The draft and the conversation survive a reload, in this tab alone.
import { EMPTY, type State, type Turn } from "./model";
import type { Store } from "./store";

const BOX = "hsc.box";
const TURNS = "hsc.turns";
const SESSION = "hsc.session";
const VERSION = 2;
const KEPT_TURNS = 300;

interface KeptBox {
  version: number;
  draft: string;
  lock: State["lock"];
}

interface KeptTurns {
  version: number;
  turns: Turn[];
}

export function restore(storage: Pick<Storage, "getItem">): State {
  const box = read<KeptBox>(storage, BOX);
  const conversation = read<KeptTurns>(storage, TURNS);
  return {
    ...EMPTY,
    draft: String(box?.draft ?? ""),
    lock: box?.lock ?? null,
    turns: Array.isArray(conversation?.turns) ? conversation.turns : [],
  };
}

function read<T extends { version: number }>(storage: Pick<Storage, "getItem">, key: string): T | null {
  try {
    const kept = JSON.parse(storage.getItem(key) ?? "null") as T | null;
    return kept?.version === VERSION ? kept : null;
  } catch {
    return null;
  }
}

export function keepBox(storage: Pick<Storage, "setItem">, { draft, lock }: State): void {
  try {
    const kept: KeptBox = { version: VERSION, draft, lock };
    storage.setItem(BOX, JSON.stringify(kept));
  } catch {
    // Full, or forbidden: it holds for this page.
  }
}

export function keepTurns(storage: Pick<Storage, "setItem">, state: State): void {
  for (let turns = state.turns.slice(-KEPT_TURNS); ; turns = turns.slice(Math.ceil(turns.length / 2))) {
    try {
      const kept: KeptTurns = { version: VERSION, turns };
      storage.setItem(TURNS, JSON.stringify(kept));
      return;
    } catch {
      // Full, or forbidden: the newer half may fit.
      if (turns.length <= 1) return;
    }
  }
}

/** Writes at most once in a while, and when the page goes away; a long conversation only when it changed. */
export function keepAlways(store: Store, storage: Storage, everyMs = 1500): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let { turns } = store.get();
  const write = () => {
    clearTimeout(timer);
    timer = undefined;
    const state = store.get();
    keepBox(storage, state);
    if (state.turns !== turns) keepTurns(storage, state);
    turns = state.turns;
  };
  store.subscribe(() => {
    timer ??= setTimeout(write, everyMs);
  });
  addEventListener("pagehide", write);
}

/** Ties the questions of one conversation together: 128 random bits, kept over a reload. */
export class Session {
  id: string;

  constructor(
    private readonly storage: Pick<Storage, "getItem" | "setItem">,
    private readonly make: () => string,
  ) {
    let kept: string | null = null;
    try {
      kept = storage.getItem(SESSION);
    } catch {
      // Forbidden: it holds for this page.
    }
    this.id = kept && /^[0-9a-f]{32}$/.test(kept) ? kept : this.renew();
  }

  renew(): string {
    this.id = this.make();
    try {
      this.storage.setItem(SESSION, this.id);
    } catch {
      // As above.
    }
    return this.id;
  }
}
