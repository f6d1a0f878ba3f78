// For administrators: a dropped PDF becomes a manual of the product that the box names.
import { Status } from "nice-grpc-common";
import { useState } from "react";
import { DocumentRole } from "../gen/hsc/catalog/v1/catalog";
import { currentLanguage, type Key, megabytes, useStrings } from "../i18n/language";
import { useDesk } from "../page";
import { RpcFailure } from "../rpc/failure";
import type { Offered } from "../state/model";
import { isolate } from "../state/text";
import { Dialog, Result } from "./Dialog";

const LARGEST = 100 * 1024 * 1024;
const ROLES: [DocumentRole, Key][] = [
  [DocumentRole.DOCUMENT_ROLE_OWNERS, "roleOwners"],
  [DocumentRole.DOCUMENT_ROLE_QUICK_START, "roleQuickStart"],
  [DocumentRole.DOCUMENT_ROLE_REFERENCE, "roleReference"],
  [DocumentRole.DOCUMENT_ROLE_SERVICE, "roleService"],
  [DocumentRole.DOCUMENT_ROLE_ADDENDUM, "roleAddendum"],
];

type Stage = "form" | "sending" | "done";

export default function AddManual({ offered, onClose }: { offered: Offered; onClose: () => void }) {
  const t = useStrings();
  const desk = useDesk();
  const [stage, setStage] = useState<Stage>("form");
  const [failure, setFailure] = useState("");
  const { file, product } = offered;

  async function send(form: FormData): Promise<void> {
    const words = (name: string) => String(form.get(name) ?? "").trim();
    if (file.size > LARGEST) return setFailure(t("TOO_LARGE"));
    setStage("sending");
    setFailure("");
    try {
      await desk.addManual(offered, words("token"), Number(form.get("role")), words("language"));
      setStage("done");
    } catch (error) {
      setFailure(wordsOf(error));
      setStage("form");
    }
  }

  function wordsOf(error: unknown): string {
    if (!(error instanceof RpcFailure)) return t("unreachable");
    if (error.code === Status.UNAUTHENTICATED) return t("addManualUnauthenticated");
    if (error.code === Status.PERMISSION_DENIED) return t("addManualDenied");
    if (error.reason === "TOO_LARGE" || error.reason === "PRODUCT_UNKNOWN") return t(error.reason);
    return error.reason ? t("addManualBroken", { message: error.message }) : t("unreachable");
  }

  return (
    <Dialog title={t("addManual")} onClose={onClose}>
      <p>
        {t("addManualTo", {
          file: isolate(file.name),
          size: megabytes(file.size),
          product: isolate(product.name),
        })}
      </p>
      {stage === "done" ? (
        <Result>
          <p>
            <strong>{t("addManualDone")}</strong>
          </p>
        </Result>
      ) : (
        <form
          onSubmit={(event: Event) => {
            event.preventDefault();
            void send(new FormData(event.currentTarget as HTMLFormElement));
          }}
        >
          <label className="entry">
            {t("addManualToken")}
            <input
              name="token"
              type="password"
              required
              autoComplete="off"
              defaultValue={desk.adminToken}
              aria-describedby="token-hint"
            />
            <small className="faint" id="token-hint">
              {t("addManualTokenHint")}
            </small>
          </label>
          <div className="entries">
            <label className="entry">
              {t("addManualRole")}
              <select name="role">
                {ROLES.map(([role, key]) => (
                  <option key={key} value={role}>
                    {t(key)}
                  </option>
                ))}
              </select>
            </label>
            <label className="entry">
              {t("addManualLanguage")}
              <input
                name="language"
                type="text"
                maxLength={35}
                defaultValue={currentLanguage()}
                placeholder={t("addManualLanguageHint")}
              />
            </label>
          </div>
          {failure && (
            <p className="result" data-kind="failed" role="alert" dir="auto">
              {failure}
            </p>
          )}
          {stage === "sending" && <progress aria-label={t("addManualReading")} />}
          <button type="submit" className="button primary" disabled={stage === "sending"}>
            {t(stage === "sending" ? "addManualReading" : "addManualSend")}
          </button>
        </form>
      )}
    </Dialog>
  );
}
