import { createRoot } from "react-dom/client";
import { App } from "./App";
import { Desk } from "./desk";
import { currentLanguage } from "./i18n/language";
import { DeskContext } from "./page";
import { randomId } from "./rpc/ids";
import { keepAlways, restore, Session } from "./state/keeping";
import { createStore } from "./state/store";
import { oneLine } from "./state/text";
import "./styles/base.css";
import "./styles/box.css";
import "./styles/answer.css";

const atDesk = location.pathname === "/";
const store = createStore(restore(sessionStorage));
const desk = new Desk(store, new Session(sessionStorage, randomId), currentLanguage);
keepAlways(store, sessionStorage);

const online = () => store.dispatch({ type: "offline", offline: !navigator.onLine });
addEventListener("online", online);
addEventListener("offline", online);
online();

// A link may bring a product and a question: /?product=ID&q=TEXT
const link = new URLSearchParams(location.search);
const [product, question] = [link.get("product"), link.get("q")];
if (atDesk && (product || question)) {
  if (question) desk.typed(oneLine(question), performance.now());
  if (product) void desk.open(product);
  history.replaceState(null, "", "/");
}

const root = document.getElementById("root");
if (root)
  createRoot(root).render(
    <DeskContext.Provider value={desk}>
      <App path={location.pathname} />
    </DeskContext.Provider>,
  );
