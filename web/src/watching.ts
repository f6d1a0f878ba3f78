// A product that was chosen: its manual is asked for and watched, and its contents offer the first questions.
import { ManualState } from "./gen/hsc/ingest/v1/ingest";
import { backoff, pause } from "./rpc/backoff";
import { manuals, manualsOverSocket } from "./rpc/channels";
import { isPassing, RpcFailure } from "./rpc/failure";
import type { Session } from "./state/keeping";
import type { Store } from "./state/store";
import { suggested } from "./state/suggestions";

export function watchLocked(store: Store, session: Session, language: () => string): void {
  let watched = "";
  let controller = new AbortController();
  const look = () => {
    const productId = store.get().lock?.product.productId ?? "";
    if (productId === watched) return;
    watched = productId;
    controller.abort();
    controller = new AbortController();
    if (productId) void watch(store, productId, session.id, language(), controller.signal);
  };
  store.subscribe(look);
  look();
}

const ATTEMPTS = 6;

async function watch(
  store: Store,
  productId: string,
  sessionId: string,
  language: string,
  signal: AbortSignal,
): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    try {
      await manuals.prefetchManual({ productId, sessionId, language }, { signal });
      for await (const event of manualsOverSocket.watchManual({ productId, language }, { signal })) {
        if (!event.preferred && store.get().manuals[productId]?.state === ManualState.MANUAL_STATE_READY) continue;
        const { state, pages, bytes, error, reason } = event;
        store.dispatch({ type: "manual", productId, progress: { state, pages, bytes, error, reason } });
        if (state === ManualState.MANUAL_STATE_READY && event.preferred)
          void suggest(store, productId, language, signal);
      }
      return;
    } catch (error) {
      if (signal.aborted) return;
      if (!isPassing(error)) {
        if (!(error instanceof RpcFailure)) throw error;
        const progress = {
          state: ManualState.MANUAL_STATE_FAILED,
          pages: 0,
          bytes: 0,
          error: error.message,
          reason: error.reason,
        };
        store.dispatch({ type: "manual", productId, progress });
        return;
      }
      await pause(backoff(attempt), signal).catch(() => {});
    }
  }
}

async function suggest(store: Store, productId: string, language: string, signal: AbortSignal): Promise<void> {
  try {
    const { manuals: read } = await manuals.listManuals({ productId, language }, { signal });
    store.dispatch({ type: "suggestions", productId, questions: suggested(read[0]?.outline ?? []) });
  } catch {
    // Suggestions are a kindness; without them the box works as well.
  }
}
