import { lazy, Suspense } from "react";
import { Announcer } from "./answer/Announcer";
import { Conversation } from "./answer/Conversation";
import { Banner } from "./Banner";
import { Composer } from "./box/Composer";
import { Header } from "./Header";
import { useStrings } from "./i18n/language";
import { useDesk, usePage } from "./page";
import { Suggestions } from "./Suggestions";
import { Welcome } from "./Welcome";

const Viewer = lazy(() => import("./viewer/Viewer"));
const AddManual = lazy(() => import("./dialogs/AddManual"));
const HandOver = lazy(() => import("./dialogs/HandOver"));
const Receipt = lazy(() => import("./receipt/Receipt"));
const StatusPage = lazy(() => import("./status/StatusPage"));

export function App({ path }: { path: string }) {
  const receipt = /^\/a\/([^/]+)\/?$/.exec(path);
  if (receipt?.[1])
    return (
      <Suspense fallback={null}>
        <Receipt answerId={decoded(receipt[1])} />
      </Suspense>
    );
  if (/^\/status\/?$/.test(path))
    return (
      <Suspense fallback={null}>
        <StatusPage />
      </Suspense>
    );
  return path === "/" ? <DeskPage /> : <NotFound />;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function DeskPage() {
  const desk = useDesk();
  const begun = usePage((state) => state.turns.length > 0);
  const viewing = usePage((state) => state.viewing);
  const handing = usePage((state) => state.handing);
  const offered = usePage((state) => state.offered);
  return (
    <div className="page" data-viewing={viewing ? true : undefined}>
      <Header onNew={begun ? () => desk.clear() : undefined} />
      <Banner />
      <main className="desk" data-begun={begun || undefined}>
        {begun ? <Conversation /> : <Welcome />}
        <div className="below">
          <Composer place={begun ? "dock" : "center"} />
          <Suggestions />
        </div>
      </main>
      {viewing && (
        <Suspense fallback={<div className="viewer" />}>
          <Viewer place={viewing} onClose={() => desk.view(null)} />
        </Suspense>
      )}
      {handing && (
        <Suspense fallback={null}>
          <HandOver key={handing} id={handing} onClose={() => desk.store.dispatch({ type: "handing", id: null })} />
        </Suspense>
      )}
      {offered && (
        <Suspense fallback={null}>
          <AddManual offered={offered} onClose={() => desk.store.dispatch({ type: "offered", offered: null })} />
        </Suspense>
      )}
      <Announcer />
    </div>
  );
}

function NotFound() {
  const t = useStrings();
  return (
    <div className="page">
      <Header />
      <main className="sheet">
        <h1>{t("notFound")}</h1>
        <p>
          <a href="/">{t("backToDesk")}</a>
        </p>
      </main>
    </div>
  );
}
