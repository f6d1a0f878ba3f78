// The one box: an ARIA combobox whose list is the products the text may mean.
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { useStrings } from "../i18n/language";
import { Icon } from "../icons";
import { useDesk, usePage } from "../page";
import { ghost, sure } from "../state/candidates";
import { locate } from "../state/text";
import { CandidateList, optionId } from "./CandidateList";
import { Choices } from "./Choices";
import { LockChip } from "./LockChip";
import { ManualChip } from "./ManualChip";
import { NoticeLine } from "./NoticeLine";
import { PictureChip } from "./PictureChip";
import { Understanding } from "./Understanding";

export function Composer({ place }: { place: "center" | "dock" }) {
  const t = useStrings();
  const desk = useDesk();
  const input = useRef<HTMLInputElement>(null);
  const backdrop = useRef<HTMLDivElement>(null);
  const [dropping, setDropping] = useState(false);
  const draft = usePage((state) => state.draft);
  const open = usePage((state) => state.open && state.lock === null && state.candidates.length > 0);
  const active = usePage((state) => state.active);
  const candidates = usePage((state) => state.candidates);
  const lock = usePage((state) => state.lock);
  const productText = usePage((state) => (state.lock ? "" : state.productText));
  const answeredText = usePage((state) => state.answeredText);
  const notice = usePage((state) => state.notice);
  const top = candidates[0];
  const rest = open && answeredText === draft ? ghost(draft, productText, top) : "";
  const mark = locate(draft, productText);

  useSlashFocus(input);
  useEffect(() => {
    if (matchMedia("(pointer: fine)").matches) input.current?.focus({ preventScroll: true });
  }, []);

  const follow = () => {
    if (input.current && backdrop.current) backdrop.current.scrollLeft = input.current.scrollLeft;
  };
  useLayoutEffect(follow, [draft]);

  const acceptable = candidates[active] ?? (top && sure(top) ? top : undefined);

  function onKeyDown(event: KeyboardEvent): void {
    const field = event.currentTarget as HTMLInputElement;
    if (event.isComposing) return;
    const atEnd = field.selectionStart === field.value.length && field.selectionEnd === field.value.length;
    const forwards = field.matches(":dir(rtl)") ? "ArrowLeft" : "ArrowRight";
    if ((event.key === "Tab" && !event.shiftKey) || (event.key === forwards && atEnd && rest !== "")) {
      if (!open || !acceptable || draft.trim() === "") return;
      event.preventDefault();
      desk.accept(acceptable);
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      desk.store.dispatch({ type: "moved", by: event.key === "ArrowDown" ? 1 : -1 });
    } else if (event.key === "Escape") {
      event.preventDefault();
      if (open || desk.store.get().pending) desk.store.dispatch({ type: "closed" });
      else desk.unlock();
    } else if (event.key === "Backspace" && lock && field.selectionEnd === 0) {
      event.preventDefault();
      desk.unlock();
    }
  }

  return (
    <form
      className="composer"
      data-place={place}
      data-dropping={dropping || undefined}
      onSubmit={(event: Event) => {
        event.preventDefault();
        desk.enter();
      }}
      onDragOver={(event: DragEvent) => {
        if (!event.dataTransfer?.types.includes("Files")) return;
        event.preventDefault();
        setDropping(true);
      }}
      onDragLeave={() => setDropping(false)}
      onDrop={(event: DragEvent) => {
        setDropping(false);
        const file = event.dataTransfer?.files[0];
        if (!file) return;
        event.preventDefault();
        desk.addFile(file);
      }}
    >
      <div className="field-anchor">
        <div className="field">
          {lock && <LockChip product={lock.product} onUnlock={() => desk.unlock()} />}
          <PictureChip />
          <div className="line">
            <div className="backdrop" ref={backdrop} aria-hidden="true" dir="auto">
              {mark ? (
                <>
                  {draft.slice(0, mark.start)}
                  <mark>{draft.slice(mark.start, mark.end)}</mark>
                  {draft.slice(mark.end)}
                </>
              ) : (
                draft
              )}
              {rest && <span className="ghost">{rest}</span>}
            </div>
            <input
              ref={input}
              id="box"
              type="text"
              role="combobox"
              dir="auto"
              autoComplete="off"
              autoCapitalize="off"
              autoCorrect="off"
              spellcheck={false}
              enterKeyHint="send"
              aria-label={t("box")}
              aria-autocomplete="list"
              aria-expanded={open}
              aria-controls="candidates"
              aria-activedescendant={active >= 0 ? optionId(active) : undefined}
              aria-describedby="box-foot"
              aria-invalid={notice ? true : undefined}
              placeholder={lock ? t("placeholderLocked", { product: lock.product.name }) : t("placeholder")}
              value={draft}
              onInput={(event: Event) => {
                const field = event.currentTarget as HTMLInputElement;
                desk.typed(field.value, event.timeStamp);
              }}
              onKeyDown={onKeyDown}
              onScroll={follow}
              onBlur={() => desk.store.dispatch({ type: "blurred" })}
              onPaste={(event: ClipboardEvent) => {
                const file = event.clipboardData?.files[0];
                if (!file) return;
                event.preventDefault();
                desk.addFile(file);
              }}
            />
          </div>
          <div className="foot" id="box-foot">
            <label className="button quiet attach">
              <input
                type="file"
                accept="image/png,image/jpeg,image/webp"
                className="visually-hidden"
                onChange={(event: Event) => {
                  const chooser = event.currentTarget as HTMLInputElement;
                  const file = chooser.files?.[0];
                  if (file) desk.addFile(file);
                  chooser.value = "";
                }}
              />
              <Icon name="picture" />
              <span className="visually-hidden">{t("attach")}</span>
            </label>
            {notice ? <NoticeLine notice={notice} /> : <Understanding />}
            <ManualChip />
            <button type="submit" className="button primary round" aria-label={t("ask")}>
              <Icon name="send" />
            </button>
          </div>
        </div>
        <CandidateList open={open} candidates={candidates} active={active} takes={acceptable !== undefined} />
        {dropping && <p className="drop-here">{t("dropHere")}</p>}
      </div>
      <Choices />
    </form>
  );
}

function useSlashFocus(input: { current: HTMLInputElement | null }): void {
  // With the first frame, not after it: the first key somebody presses counts.
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      const writes = target.matches?.("input, textarea, select, [contenteditable]");
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || writes) return;
      event.preventDefault();
      input.current?.focus();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [input]);
}
