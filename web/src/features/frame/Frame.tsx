/** What stands around every page: rail, top bar, banners, palette, toasts. */

import { type ReactNode, useEffect, useState } from "react";
import { useWords } from "@/lib/words";
import { useChartsSoon } from "@/ui/chart/useChartsSoon";
import { Toasts } from "@/ui/Toast";
import { CommandPalette } from "./CommandPalette";
import css from "./Frame.module.css";
import { Rail } from "./Rail";
import { TopBar } from "./TopBar";
import { useSimulated } from "./useFreshness";
import { words } from "./words";

export function Frame({ children }: { children: ReactNode }) {
  const t = useWords(words);
  const [searching, setSearching] = useState(false);
  const simulated = useSimulated();
  const online = useOnline();
  useSearchKeys(() => setSearching(true));
  useChartsSoon();
  return (
    <div className={css.frame} data-banner={simulated || undefined}>
      <a href="#content" className={css.skip}>
        {t("skip")}
      </a>
      <Rail />
      <div className={css.side}>
        {simulated && (
          <p className={css.simulated} role="note">
            {t("simulated")}
          </p>
        )}
        {!online && (
          <p className={css.offline} role="status">
            {t("offline")}
          </p>
        )}
        <TopBar onSearch={() => setSearching(true)} />
        <main id="content" tabIndex={-1} className={css.main}>
          {children}
        </main>
      </div>
      <CommandPalette open={searching} onOpenChange={setSearching} />
      <Toasts />
    </div>
  );
}

/** `/` outside of a field, and Ctrl-K or Cmd-K anywhere. */
function useSearchKeys(open: () => void) {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      const typing = target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
      const slash = event.key === "/" && !typing && !event.ctrlKey && !event.metaKey;
      const chord = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey);
      if (!slash && !chord) return;
      event.preventDefault();
      open();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  });
}

function useOnline(): boolean {
  const [online, setOnline] = useState(navigator.onLine);
  useEffect(() => {
    const look = () => setOnline(navigator.onLine);
    addEventListener("online", look);
    addEventListener("offline", look);
    return () => {
      removeEventListener("online", look);
      removeEventListener("offline", look);
    };
  }, []);
  return online;
}
