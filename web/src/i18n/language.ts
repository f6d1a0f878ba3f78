// The language of the page itself. The languages of questions and manuals are their own.
import { useSyncExternalStore } from "react";
import { en, type Key } from "./en";
import { he } from "./he";

export type Language = "en" | "he";
export type Params = Record<string, string | number>;
export type { Key };

const TABLES: Record<Language, Record<Key, string>> = { en, he };
const listeners = new Set<() => void>();
let language: Language = document.documentElement.lang === "he" ? "he" : "en";

export function currentLanguage(): Language {
  return language;
}

export function setLanguage(next: Language): void {
  language = next;
  document.documentElement.lang = next;
  document.documentElement.dir = next === "he" ? "rtl" : "ltr";
  try {
    localStorage.setItem("hsc.language", next);
  } catch {
    // It holds for this page.
  }
  for (const listener of listeners) listener();
}

export function translate(key: Key, params: Params = {}): string {
  return TABLES[language][key].replace(/\{(\w+)\}/g, (whole, name: string) => String(params[name] ?? whole));
}

type Counted = { [K in Key]: `${K}_one` extends Key ? K : never }[Key];

/** A phrase with a number in it, in the singular where there is one. */
export function counted(key: Counted, count: number): string {
  return translate(count === 1 ? `${key}_one` : key, { count: number(count) });
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useLanguage(): Language {
  return useSyncExternalStore(subscribe, currentLanguage);
}

/** The strings of the page; the component is drawn anew when the language changes. */
export function useStrings(): typeof translate {
  useLanguage();
  return translate;
}

export function number(value: number, options?: Intl.NumberFormatOptions): string {
  return new Intl.NumberFormat(language, options).format(value);
}

export function megabytes(bytes: number): string {
  if (bytes < 1e5) return `${number(Math.ceil(bytes / 1e3))} kB`;
  return `${number(bytes / 1e6, { maximumFractionDigits: bytes < 1e8 ? 1 : 0 })} MB`;
}

export function duration(milliseconds: number): string {
  if (milliseconds < 1000) return translate("milliseconds", { count: number(Math.round(milliseconds)) });
  return translate("seconds", { count: number(milliseconds / 1000, { maximumFractionDigits: 1 }) });
}
