// /status, for operators: the system's own figures, refreshed while the page is looked at.
import { useEffect, useState } from "react";
import { type GetStatusResponse, StatusServiceDefinition } from "../gen/hsc/status/v1/status";
import { Header } from "../Header";
import { duration, number, useLanguage, useStrings } from "../i18n/language";
import { factory, fetching } from "../rpc/channels";
import "../styles/sheet.css";

const EVERY_MS = 5000;
const calls = factory.create(StatusServiceDefinition, fetching);

export default function StatusPage() {
  const t = useStrings();
  const language = useLanguage();
  const [status, setStatus] = useState<GetStatusResponse | null>(null);
  const [failed, setFailed] = useState(false);
  const [at, setAt] = useState<Date | null>(null);

  useEffect(() => {
    const controller = new AbortController();
    let timer: ReturnType<typeof setTimeout>;
    const refresh = async () => {
      if (document.visibilityState === "visible")
        try {
          setStatus(await calls.getStatus({}, { signal: controller.signal }));
          setAt(new Date());
          setFailed(false);
        } catch {
          setFailed(!controller.signal.aborted);
        }
      if (!controller.signal.aborted) timer = setTimeout(refresh, EVERY_MS);
    };
    void refresh();
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, []);

  return (
    <div className="page">
      <Header />
      <main className="sheet wide">
        <h1>{t("statusTitle")}</h1>
        <p className="faint">{at ? t("updated", { time: at.toLocaleTimeString(language) }) : "…"}</p>
        {failed && (
          <p className="card" data-kind="failed" role="alert">
            {t("statusUnreachable")}
          </p>
        )}
        {status && <Figures status={status} />}
      </main>
    </div>
  );
}

function Figures({ status }: { status: GetStatusResponse }) {
  const t = useStrings();
  const { prefetch } = status;
  const asked = (prefetch?.hits ?? 0) + (prefetch?.late ?? 0);
  return (
    <>
      <h2>{t("services")}</h2>
      <ul className="services">
        {status.services.map((service) => (
          <li key={service.name} data-serving={service.serving || undefined}>
            <strong>
              <bdi>{service.name}</bdi>
            </strong>
            <span className="state">
              <span className="dot" aria-hidden="true" /> {t(service.serving ? "serving" : "notServing")}
            </span>
            <bdi className="faint">{service.version}</bdi>
            {service.detail && <span dir="auto">{service.detail}</span>}
          </li>
        ))}
      </ul>
      <h2>{t("statusWork")}</h2>
      <dl className="figures">
        <Figure name={t("catalogRevision")} value={number(status.catalogRevision)} />
        <Figure name={t("productsCount")} value={number(status.products)} />
        <Figure name={t("manualsReady")} value={number(status.manualsReady)} />
        <Figure name={t("queueDepth")} value={number(status.queueDepth)} />
        <Figure name={t("oldestJob")} value={status.queueDepth > 0 ? duration(status.oldestJobSeconds * 1000) : "–"} />
        <Figure name={t("deadLetters")} value={number(status.deadLetters)} bad={status.deadLetters > 0} />
      </dl>
      {prefetch && (
        <>
          <h2>{t("prefetch")}</h2>
          <dl className="figures">
            <Figure name={t("prefetchRequests")} value={number(prefetch.requests)} />
            <Figure name={t("prefetchHits")} value={share(prefetch.hits, asked)} />
            <Figure name={t("prefetchLate")} value={number(prefetch.late)} />
            <Figure name={t("prefetchWaste")} value={number(prefetch.waste)} />
          </dl>
        </>
      )}
      {status.caches.length > 0 && (
        <>
          <h2>{t("caches")}</h2>
          <table className="table">
            <thead>
              <tr>
                <th scope="col">{t("cache")}</th>
                <th scope="col">{t("hitRate")}</th>
                <th scope="col">{t("hits")}</th>
                <th scope="col">{t("misses")}</th>
              </tr>
            </thead>
            <tbody>
              {status.caches.map(({ cache, layer, hits, misses }) => (
                <tr key={`${cache} ${layer}`}>
                  <th scope="row">
                    <bdi>{cache}</bdi> <bdi className="faint">{layer}</bdi>
                  </th>
                  <td>{share(hits, hits + misses)}</td>
                  <td>{number(hits)}</td>
                  <td>{number(misses)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
    </>
  );
}

function Figure({ name, value, bad = false }: { name: string; value: string; bad?: boolean }) {
  return (
    <div data-bad={bad || undefined}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function share(part: number, whole: number): string {
  return whole === 0 ? "–" : number(part / whole, { style: "percent", maximumFractionDigits: 0 });
}
