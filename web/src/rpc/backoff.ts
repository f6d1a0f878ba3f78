/** Exponential backoff with full jitter, in milliseconds; `attempt` counts from 0. */
export function backoff(attempt: number, random: () => number = Math.random, base = 250, cap = 10_000): number {
  const ceiling = Math.min(cap, base * 2 ** Math.min(attempt, 16));
  return ceiling / 2 + (random() * ceiling) / 2;
}

/** Resolves after `ms`, at once when the network comes back, and rejects when aborted. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void) => () => {
      clearTimeout(timer);
      globalThis.removeEventListener?.("online", onOnline);
      signal.removeEventListener("abort", onAbort);
      settle();
    };
    const onOnline = finish(resolve);
    const onAbort = finish(() => reject(signal.reason));
    const timer = setTimeout(onOnline, ms);
    globalThis.addEventListener?.("online", onOnline);
    signal.addEventListener("abort", onAbort);
    if (signal.aborted) onAbort();
  });
}
