// Asking a person: what will be sent, and what came of it. Nothing leaves the page before "Send" is pressed.
import { useState } from "react";
import { receiptUrl, saveTranscript } from "../answer/handover";
import { counted, type Key, useStrings } from "../i18n/language";
import { Icon } from "../icons";
import { useDesk, usePage } from "../page";
import { RpcFailure } from "../rpc/failure";
import type { Turn } from "../state/model";
import { isolate } from "../state/text";
import { Dialog, Result } from "./Dialog";

export default function HandOver({ id, onClose }: { id: string; onClose: () => void }) {
  const t = useStrings();
  const turn = usePage((state) => state.turns.find((each) => each.id === id));
  if (!turn) return null;
  const handed = turn.handedOver;
  return (
    <Dialog title={t("handOver")} onClose={onClose}>
      {handed?.delivered && (
        <Result>
          <p>
            <strong>{t("handOverDone")}</strong>
          </p>
          <p>
            {t("handOverDoneBody")} <code dir="ltr">{handed.handOverId}</code>
          </p>
        </Result>
      )}
      {handed && !handed.delivered && (
        <Result kind="nobody">
          <p>
            <strong>{t("handOverNobody")}</strong>
          </p>
          <p>{t("handOverNobodyBody")}</p>
        </Result>
      )}
      {!handed && turn.answerId && <Form turn={turn} />}
      <TakeAlong turn={turn} />
    </Dialog>
  );
}

function Form({ turn }: { turn: Turn }) {
  const t = useStrings();
  const desk = useDesk();
  const turns = usePage((state) => state.turns);
  const [sending, setSending] = useState(false);
  const [failure, setFailure] = useState<Key | null>(null);
  const before = turns.indexOf(turn);

  async function send(form: FormData): Promise<void> {
    setSending(true);
    setFailure(null);
    const words = (name: string) => String(form.get(name) ?? "").trim();
    try {
      await desk.handOver(turn, words("note"), words("contact"), form.has("before"));
    } catch (error) {
      const reason = error instanceof RpcFailure ? error.reason : "";
      setFailure(reason === "HANDOVER_FAILED" || reason === "ANSWER_UNKNOWN" ? reason : "unreachable");
      setSending(false);
    }
  }

  return (
    <form
      onSubmit={(event: Event) => {
        event.preventDefault();
        void send(new FormData(event.currentTarget as HTMLFormElement));
      }}
    >
      <p>{t("handOverTo", { product: isolate(turn.product.name) })}</p>
      <label className="entry">
        <span>
          {t("handOverNote")} <small className="faint">{t("optional")}</small>
        </span>
        <textarea name="note" rows={3} maxLength={2000} dir="auto" placeholder={t("handOverNoteHint")} />
      </label>
      <label className="entry">
        <span>
          {t("handOverContact")} <small className="faint">{t("optional")}</small>
        </span>
        <input name="contact" type="text" maxLength={200} dir="auto" aria-describedby="hand-over-contact" />
        <small className="faint" id="hand-over-contact">
          {t("handOverContactHint")}
        </small>
      </label>
      <fieldset className="sends">
        <legend>{t("handOverSends")}</legend>
        <ul>
          <li>
            <Icon name="check" /> {t("handOverSendsThis")}
          </li>
          <li>
            <Icon name="check" /> {t("handOverSendsYours")}
          </li>
          {before > 0 && (
            <li>
              <label>
                <input type="checkbox" name="before" defaultChecked /> {counted("handOverSendsBefore", before)}
              </label>
            </li>
          )}
        </ul>
      </fieldset>
      {failure && (
        <p className="result" data-kind="failed" role="alert">
          {t(failure)}
        </p>
      )}
      <button type="submit" className="button primary" disabled={sending}>
        {t(sending ? "handOverSending" : "handOverSend")}
      </button>
    </form>
  );
}

function TakeAlong({ turn }: { turn: Turn }) {
  const t = useStrings();
  const desk = useDesk();
  const [copied, setCopied] = useState(false);
  return (
    <footer>
      {turn.answerId && !turn.handedOver && <p className="label">{t("handOverTakeAlong")}</p>}
      <div className="chips">
        {turn.answerId && (
          <button
            type="button"
            className="button"
            onClick={async () => {
              await navigator.clipboard.writeText(receiptUrl(turn.answerId));
              setCopied(true);
            }}
          >
            <Icon name={copied ? "check" : "link"} /> {t(copied ? "copied" : "copyLink")}
          </button>
        )}
        <button type="button" className="button" onClick={() => saveTranscript(desk.store.get().turns)}>
          <Icon name="save" /> {t("saveFile")}
        </button>
      </div>
    </footer>
  );
}
