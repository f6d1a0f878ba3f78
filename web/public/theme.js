// Before the first paint: the chosen theme and language, so that nothing flashes or turns round.
(() => {
  const root = document.documentElement;
  try {
    const theme = localStorage.getItem("hsc.theme");
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    const language = localStorage.getItem("hsc.language") ?? navigator.language.slice(0, 2);
    if (language === "he") {
      root.lang = "he";
      root.dir = "rtl";
    }
  } catch {
    // Storage may be forbidden; the defaults are fine.
  }
})();
