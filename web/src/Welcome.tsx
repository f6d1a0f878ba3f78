import { useStrings } from "./i18n/language";

export function Welcome() {
  const t = useStrings();
  return (
    <div className="welcome">
      <h1>{t("welcome")}</h1>
      <p>{t("welcomeHint")}</p>
    </div>
  );
}
