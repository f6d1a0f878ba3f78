import { setLanguage, useLanguage, useStrings } from "./i18n/language";
import { Icon } from "./icons";
import { setTheme, useTheme } from "./theme/theme";

export function Header({ onNew }: { onNew?: (() => void) | undefined }) {
  const t = useStrings();
  const language = useLanguage();
  const theme = useTheme();
  const other = theme === "dark" ? "light" : "dark";
  return (
    <header className="top">
      <a className="home" href="/">
        <img src="/favicon.svg" alt="" width="24" height="24" />
        <span>{t("title")}</span>
      </a>
      <span className="spacer" />
      {onNew && (
        <button type="button" className="button quiet" aria-label={t("newConversation")} onClick={onNew}>
          <Icon name="plus" /> <span className="wide-only">{t("newConversation")}</span>
        </button>
      )}
      <button
        type="button"
        className="button quiet"
        lang={language === "he" ? "en" : "he"}
        onClick={() => setLanguage(language === "he" ? "en" : "he")}
      >
        {t("language")}
      </button>
      <button
        type="button"
        className="button quiet"
        aria-label={t(other === "dark" ? "themeDark" : "themeLight")}
        title={t(other === "dark" ? "themeDark" : "themeLight")}
        onClick={() => setTheme(other)}
      >
        <Icon name={other === "dark" ? "moon" : "sun"} />
      </button>
    </header>
  );
}
