// /a/ANSWER_ID: what was answered, from which manuals, word by word.
import { lazy, Suspense, useEffect, useState } from "react";
import { Message } from "../answer/Message";
import { placeOf, whereOf } from "../answer/places";
import { wordsFor } from "../answer/reasons";
import { type Answer, AnswerOutcome } from "../gen/hsc/answer/v1/answer";
import { Header } from "../Header";
import { duration, useLanguage, useStrings } from "../i18n/language";
import { Icon } from "../icons";
import { useDesk, usePage } from "../page";
import { answers } from "../rpc/channels";
import { isPassing } from "../rpc/failure";
import "../styles/sheet.css";

const Viewer = lazy(() => import("../viewer/Viewer"));

type Loaded = { answer: Answer } | "loading" | "gone" | "unreachable";

export default function Receipt({ answerId }: { answerId: string }) {
  const t = useStrings();
  const desk = useDesk();
  const viewing = usePage((state) => state.viewing);
  const [loaded, setLoaded] = useState<Loaded>("loading");
  useEffect(() => {
    answers
      .getAnswer({ answerId })
      .then(({ answer }) => setLoaded(answer ? { answer } : "gone"))
      .catch((error) => setLoaded(isPassing(error) ? "unreachable" : "gone"));
  }, [answerId]);
  return (
    <div className="page" data-viewing={viewing ? true : undefined}>
      <Header />
      <main className="sheet" aria-busy={loaded === "loading"}>
        <h1>{loaded === "gone" ? t("receiptGone") : t("receipt")}</h1>
        {loaded === "loading" && <p className="faint">{t("receiptLoading")}…</p>}
        {loaded === "gone" && <p>{t("receiptGoneBody")}</p>}
        {loaded === "unreachable" && <p role="alert">{t("unreachable")}</p>}
        {typeof loaded === "object" && <Facts answer={loaded.answer} />}
        <p>
          <a href="/">{t("backToDesk")}</a>
        </p>
      </main>
      {viewing && (
        <Suspense fallback={<div className="viewer" />}>
          <Viewer place={viewing} onClose={() => desk.view(null)} />
        </Suspense>
      )}
    </div>
  );
}

function Facts({ answer }: { answer: Answer }) {
  const t = useStrings();
  const desk = useDesk();
  const language = useLanguage();
  const asked = answer.askedAt?.toLocaleString(language, { dateStyle: "long", timeStyle: "short" });
  return (
    <>
      <dl className="facts">
        <dt>{t("question")}</dt>
        <dd>
          <bdi>{answer.question}</bdi>
        </dd>
        <dt>{t("product")}</dt>
        <dd>
          <bdi>{answer.productName}</bdi> <bdi className="faint">{answer.productId}</bdi>
        </dd>
        {asked && (
          <>
            <dt>{t("askedAt")}</dt>
            <dd>{asked}</dd>
          </>
        )}
        <dt>{t("writtenBy")}</dt>
        <dd>{answer.model === "extractive" ? t("extractive") : <bdi>{answer.model}</bdi>}</dd>
        {answer.timings && (
          <>
            <dt>{t("took")}</dt>
            <dd>{duration(answer.timings.totalUs / 1000)}</dd>
          </>
        )}
      </dl>
      <h2>{t("answer")}</h2>
      {answer.outcome === AnswerOutcome.ANSWER_OUTCOME_NOT_IN_MANUAL && <p>{t("notInManual")}</p>}
      {answer.outcome === AnswerOutcome.ANSWER_OUTCOME_NO_MANUAL && (
        <>
          <p>{t("noManual")}</p>
          <p dir="auto">{wordsFor(answer.reason, answer.hint)}</p>
        </>
      )}
      <Message chunks={answer.chunks} citations={answer.citations} productId={answer.productId} />
      {answer.citations.length > 0 && (
        <>
          <h2>{t("sources")}</h2>
          <ol className="receipt-sources">
            {answer.citations.map((citation) => (
              <li key={citation.index} value={citation.index}>
                <q dir="auto">{citation.quote}</q>
                <p className="receipt-where">
                  <button
                    type="button"
                    className="link"
                    aria-label={t("openSource", { index: citation.index, place: whereOf(citation) })}
                    onClick={() => desk.view(placeOf(citation, answer.productId))}
                  >
                    <Icon name="book" /> <bdi>{whereOf(citation)}</bdi>
                  </button>
                  <bdi className="faint">{citation.manualTitle}</bdi>
                </p>
              </li>
            ))}
          </ol>
        </>
      )}
      {answer.manuals.length > 0 && (
        <>
          <h2>{t("manuals")}</h2>
          {answer.manuals.map((manual) => (
            <dl className="facts" key={manual.manualId}>
              <dt>
                <bdi>{manual.title || manual.manualId}</bdi>
              </dt>
              <dd>
                {t("revision", { revision: manual.revision })}, {t("sha256")}
                <code dir="ltr">{manual.sha256}</code>
              </dd>
            </dl>
          ))}
        </>
      )}
    </>
  );
}
