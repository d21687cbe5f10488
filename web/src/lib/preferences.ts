/** What a person chose for this browser: language, theme, density, colours, rail. */

import { useSyncExternalStore } from "react";

export type Language = "pt-BR" | "en";

export interface Preferences {
  language: Language;
  theme: "system" | "light" | "dark";
  density: "comfortable" | "compact";
  palette: "classic" | "blue-orange";
  rail: "open" | "narrow";
}

const KEY = "lastro.preferences";
const DEFAULTS: Preferences = {
  language: "pt-BR",
  theme: "system",
  density: "comfortable",
  palette: "classic",
  rail: "open",
};

const listeners = new Set<() => void>();
let current: Preferences = read();

function read(): Preferences {
  try {
    return { ...DEFAULTS, ...JSON.parse(localStorage.getItem(KEY) ?? "{}") };
  } catch {
    return DEFAULTS;
  }
}

const prefersDark = () => matchMedia("(prefers-color-scheme: dark)").matches;

/** The theme on screen, once "system" is resolved. */
export function shownTheme(): "light" | "dark" {
  if (current.theme !== "system") return current.theme;
  return prefersDark() ? "dark" : "light";
}

function apply() {
  const root = document.documentElement;
  root.dataset.theme = shownTheme();
  root.dataset.density = current.density;
  root.dataset.palette = current.palette;
  root.dataset.rail = current.rail;
  root.lang = current.language;
}

function tell() {
  apply();
  for (const listener of listeners) listener();
}

export function preferences(): Preferences {
  return current;
}

export function prefer(change: Partial<Preferences>) {
  current = { ...current, ...change };
  try {
    localStorage.setItem(KEY, JSON.stringify(current));
  } catch {
    // A browser that keeps nothing still shows the choice until it is closed.
  }
  tell();
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(subscribe, preferences);
}

/** Light or dark as shown now; follows the system where nobody chose. */
export function useTheme(): "light" | "dark" {
  return useSyncExternalStore(subscribe, shownTheme);
}

/** Follow the system's theme and other tabs' choices. */
export function followPreferences() {
  apply();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", tell);
  addEventListener("storage", (event) => {
    if (event.key !== KEY) return;
    current = read();
    tell();
  });
}
