// /a/ANSWER_ID: what was answered, from which manuals, word by word.
import { lazy, Suspense, useEffect, useState } from "react";
import { placeOf, whereOf } from "../answer/places";
import { type Answer, AnswerOutcome } from "../gen/hsc/answer/v1/answer";
import { Header } from "../Header";
import { duration, useLanguage, useStrings } from "../i18n/language";
import { Icon } from "../icons";
import { answers } from "../rpc/channels";
import { isPassing } from "../rpc/failure";
import type { Place } from "../state/model";
import { NotInManual } from "./outcome";
import "../styles/sheet.css";

const Viewer = lazy(() => import("../viewer/Viewer"));

type Loaded = { answer: Answer } | "loading" | "gone" | "unreachable";

export default function Receipt({ answerId }: { answerId: string }) {
  const t = useStrings();
  const [loaded, setLoaded] = useState<Loaded>("loading");
  const [viewing, setViewing] = useState<Place | null>(null);
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
        {typeof loaded === "object" && <Facts answer={loaded.answer} onView={setViewing} />}
        <p>
          <a href="/">{t("backToDesk")}</a>
        </p>
      </main>
      {viewing && (
        <Suspense fallback={<div className="viewer" />}>
          <Viewer place={viewing} onClose={() => setViewing(null)} />
        </Suspense>
      )}
    </div>
  );
}

function Facts({ answer, onView }: { answer: Answer; onView: (place: Place) => void }) {
  const t = useStrings();
  const language = useLanguage();
  const asked = answer.askedAt?.toLocaleString(language, { dateStyle: "long", timeStyle: "short" });
  return (
    <>
      <dl className="facts">
        <dt>{t("question")}</dt>
        <dd dir="auto">{answer.question}</dd>
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
        <dd>
          <bdi>{answer.model}</bdi>
        </dd>
        {answer.timings && (
          <>
            <dt>{t("took")}</dt>
            <dd>{duration(answer.timings.totalUs / 1000)}</dd>
          </>
        )}
      </dl>
      <h2>{t("answer")}</h2>
      {answer.outcome !== AnswerOutcome.ANSWER_OUTCOME_ANSWERED && <NotInManual answer={answer} />}
      {answer.chunks.length > 0 && (
        <div className="message" dir="auto">
          {answer.chunks.map((chunk, at) => (
            <span key={at}>
              {chunk.text.trimEnd()}
              {chunk.citationIndexes.map((index) => (
                <a key={index} className="cite" href={`#source-${index}`}>
                  {index}
                </a>
              ))}
              {/\n\s*$/.test(chunk.text) ? "\n" : " "}
            </span>
          ))}
        </div>
      )}
      {answer.citations.length > 0 && (
        <>
          <h2>{t("sources")}</h2>
          <ol className="receipt-sources">
            {answer.citations.map((citation) => (
              <li key={citation.index} id={`source-${citation.index}`} value={citation.index}>
                <q dir="auto">{citation.quote}</q>
                <p>
                  <button
                    type="button"
                    className="link"
                    aria-label={t("openSource", { index: citation.index, place: whereOf(citation) })}
                    onClick={() => onView(placeOf(citation, answer.productId))}
                  >
                    <Icon name="book" /> <bdi>{whereOf(citation)}</bdi>
                  </button>{" "}
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
                {t("revision", { revision: manual.revision })}
                <br />
                <span className="faint">{t("sha256")}</span> <code dir="ltr">{manual.sha256}</code>
              </dd>
            </dl>
          ))}
        </>
      )}
    </>
  );
}
