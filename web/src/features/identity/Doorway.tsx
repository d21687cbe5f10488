/** The door: a form on one side, on the other what the house stands for. */

import { type ReactNode, useEffect } from "react";
import { prefer, usePreferences } from "@/lib/preferences";
import { useWords } from "@/lib/words";
import { Toggle } from "@/ui/Toggle";
import css from "./Doorway.module.css";
import { words } from "./words";

export interface DoorwayProps {
  title: string;
  lead?: ReactNode;
  children: ReactNode;
}

export function Doorway({ title, lead, children }: DoorwayProps) {
  const t = useWords(words);
  const { language } = usePreferences();
  useEffect(() => {
    document.title = `${title} · Lastro`;
  }, [title]);
  return (
    <div className={css.doorway}>
      <main className={css.main}>
        <div className={css.brand}>
          <Mark />
          Lastro
        </div>
        <div className={css.content}>
          <header className={css.head}>
            <h1>{title}</h1>
            {lead && <p>{lead}</p>}
          </header>
          {children}
        </div>
        <div className={css.foot}>
          <Toggle
            label={t("language")}
            value={language}
            choices={[
              { value: "pt-BR", label: "Português" },
              { value: "en", label: "English" },
            ]}
            onChange={(next) => prefer({ language: next })}
          />
        </div>
      </main>
      <aside className={css.side}>
        <Strata />
        <p className={css.motto}>{t("motto")}</p>
        <p className={css.mottoMore}>{t("mottoMore")}</p>
      </aside>
    </div>
  );
}

function Mark() {
  return (
    <svg width="24" height="24" viewBox="0 0 20 20" aria-hidden="true">
      <path d="M2 2h5v11h11v5H2z" fill="var(--accent)" />
      <path d="M10 2h5v8h-5z" fill="var(--accent)" opacity="0.5" />
    </svg>
  );
}

const LAYERS = 13;

/** Ballast: layers that lie heavier and closer the deeper they are. */
function Strata() {
  const lines = Array.from({ length: LAYERS }, (_, layer) => {
    const y = 40 + 400 * (1 - (1 - layer / LAYERS) ** 2);
    const swing = 26 * (1 - layer / LAYERS);
    const at = (x: number) => y + swing * Math.sin(x / 130 + layer * 0.55);
    const points = Array.from(
      { length: 41 },
      (_, step) => `${step * 20},${at(step * 20).toFixed(1)}`,
    );
    return { layer, points: points.join(" ") };
  });
  return (
    <svg
      className={css.strata}
      viewBox="0 0 800 640"
      preserveAspectRatio="xMidYMin slice"
      fill="none"
      stroke="currentColor"
      aria-hidden="true"
    >
      {lines.map(({ layer, points }) => (
        <polyline
          key={layer}
          points={points}
          strokeWidth={0.75 + layer * 0.14}
          opacity={0.16 + layer * 0.03}
        />
      ))}
    </svg>
  );
}
