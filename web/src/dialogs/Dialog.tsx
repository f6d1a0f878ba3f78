// A modal form: the browser keeps the focus inside, closes it with Esc, and gives the focus back.
import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "react";
import { useStrings } from "../i18n/language";
import { Icon } from "../icons";
import "../styles/dialogs.css";

interface Props {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
}

export function Dialog({ title, onClose, children }: Props) {
  const t = useStrings();
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    dialog.current?.showModal();
    dialog.current?.querySelector<HTMLElement>("textarea, input")?.focus();
  }, []);
  const close = () => {
    // Chromium gives a text field the focus back without its keys: it has to be focused anew.
    const opener = document.activeElement as HTMLElement | null;
    opener?.blur();
    opener?.focus();
    onClose();
  };
  return (
    <dialog ref={dialog} className="dialog" aria-labelledby={id} onClose={close}>
      <header>
        <h2 id={id}>{title}</h2>
        <button type="button" className="button quiet" aria-label={t("close")} onClick={() => dialog.current?.close()}>
          <Icon name="close" />
        </button>
      </header>
      {children}
    </dialog>
  );
}

/** What came of it; takes the focus, because the form it stood in for is gone. */
export function Result({ kind, children }: { kind?: "nobody" | "failed"; children: ComponentChildren }) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => box.current?.focus(), []);
  return (
    <div ref={box} className="result" role="status" tabIndex={-1} data-kind={kind}>
      {children}
    </div>
  );
}
