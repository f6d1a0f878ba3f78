import { useStrings } from "./i18n/language";
import { usePage } from "./page";

/** Says when the way is broken; floats, so that nothing moves. */
export function Banner() {
  const t = useStrings();
  const offline = usePage((state) => state.offline);
  const reconnecting = usePage((state) => state.connection === "reconnecting");
  const words = offline ? t("offline") : reconnecting ? t("reconnecting") : "";
  return (
    <p className="banner" role="status" hidden={words === ""}>
      {words}
    </p>
  );
}
