// The manual's way: found, 4.1 MB, 212 pages, ready; or why not, before Enter is pressed.
import { Dotted } from "../Dotted";
import { ManualState } from "../gen/hsc/ingest/v1/ingest";
import { counted, type Key, megabytes, useStrings } from "../i18n/language";
import { usePage } from "../page";
import type { ManualProgress } from "../state/model";

const STEPS: [ManualState, Key][] = [
  [ManualState.MANUAL_STATE_QUEUED, "manualQueued"],
  [ManualState.MANUAL_STATE_FETCHING, "manualFetching"],
  [ManualState.MANUAL_STATE_PARSING, "manualParsing"],
  [ManualState.MANUAL_STATE_READY, "manualReady"],
];

export function ManualChip() {
  const t = useStrings();
  const progress = usePage((state): ManualProgress | undefined => {
    const top = state.candidates[0];
    const likely = top?.variants.map((variant) => variant.productId) ?? [];
    const shown = state.lock ? [state.lock.product.productId] : state.draft.trim() ? likely : [];
    return shown.map((productId) => state.manuals[productId]).find((found) => found !== undefined);
  });
  if (!progress || progress.state === ManualState.MANUAL_STATE_UNSPECIFIED) return <p className="manual-chip" />;
  if (progress.state === ManualState.MANUAL_STATE_FAILED)
    return (
      <p className="manual-chip" data-state="failed" title={progress.error}>
        <span className="dot" aria-hidden="true" />
        {progress.reason === "NO_DOCUMENT" ? t("NO_DOCUMENT") : progress.error || t("manualFailed")}
      </p>
    );
  const step = STEPS.findIndex(([state]) => state === progress.state);
  const ready = progress.state === ManualState.MANUAL_STATE_READY;
  return (
    <p className="manual-chip" data-state={ready ? "ready" : "working"}>
      <span className="steps" aria-hidden="true">
        {STEPS.map(([state], index) => (
          <span key={state} data-done={index <= step || undefined} />
        ))}
      </span>
      <Dotted>
        <span className="manual-word">{t(STEPS[step]?.[1] ?? "manualQueued")}</span>
        {progress.bytes > 0 && <bdi className="manual-size">{megabytes(progress.bytes)}</bdi>}
        {progress.pages > 0 && <bdi className="manual-pages">{counted("pages", progress.pages)}</bdi>}
      </Dotted>
    </p>
  );
}
