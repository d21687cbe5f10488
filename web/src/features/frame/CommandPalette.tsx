/** Search and act by keyboard: funds, tickers, pages, actions. */

import { Dialog } from "@base-ui/react/dialog";
import { Search } from "lucide-react";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { classes } from "@/lib/classes";
import { useWords } from "@/lib/words";
import css from "./CommandPalette.module.css";
import { type Found, usePalette } from "./usePalette";
import { words } from "./words";

export interface CommandPaletteProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

export function CommandPalette({ open, onOpenChange }: CommandPaletteProps) {
  const t = useWords(words);
  const input = useRef<HTMLInputElement>(null);
  return (
    <Dialog.Root open={open} onOpenChange={(next) => onOpenChange(next)}>
      <Dialog.Portal>
        <Dialog.Backdrop className={css.backdrop} />
        <Dialog.Popup className={css.popup} initialFocus={input} aria-label={t("search")}>
          <Finder input={input} onDone={() => onOpenChange(false)} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Finder(props: { input: React.RefObject<HTMLInputElement | null>; onDone: () => void }) {
  const t = useWords(words);
  const id = useId();
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const { found, busy, failed } = usePalette(text);
  const here = Math.min(at, found.length - 1);
  const choose = (one: Found | undefined) => {
    if (!one) return;
    props.onDone();
    one.run();
  };
  const onKey = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      setAt(Math.max(0, Math.min(found.length - 1, here + step)));
    } else if (event.key === "Enter") {
      event.preventDefault();
      choose(found[here]);
    }
  };
  return (
    <>
      <div className={css.field}>
        <Search size={17} aria-hidden="true" />
        <input
          ref={props.input}
          role="combobox"
          aria-expanded="true"
          aria-controls={id}
          aria-activedescendant={found[here] ? `${id}-${here}` : undefined}
          aria-label={t("search")}
          placeholder={t("searchPlaceholder")}
          autoComplete="off"
          spellCheck={false}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setAt(0);
          }}
          onKeyDown={onKey}
        />
        <kbd>Esc</kbd>
      </div>
      {failed && <p className={css.failed}>{t("searchFailed")}</p>}
      <div id={id} role="listbox" aria-label={t("search")} aria-busy={busy} className={css.list}>
        {found.map((one, index) => (
          <Line
            key={one.id}
            id={`${id}-${index}`}
            one={one}
            heading={found[index - 1]?.group !== one.group}
            on={index === here}
            onPoint={() => setAt(index)}
            onChoose={() => choose(one)}
          />
        ))}
      </div>
      {!found.length && !busy && <p className={css.nothing}>{t("nothing", { text })}</p>}
    </>
  );
}

interface LineProps {
  id: string;
  one: Found;
  heading: boolean;
  on: boolean;
  onPoint: () => void;
  onChoose: () => void;
}

function Line({ id, one, heading, on, onPoint, onChoose }: LineProps) {
  const line = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (on) line.current?.scrollIntoView({ block: "nearest" });
  }, [on]);
  return (
    <>
      {heading && (
        <div className={css.heading} role="presentation">
          {one.group}
        </div>
      )}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the combobox above has the keys */}
      <div
        ref={line}
        id={id}
        role="option"
        tabIndex={-1}
        aria-selected={on}
        className={classes(css.line, on && css.on)}
        onPointerMove={onPoint}
        onClick={onChoose}
      >
        <span className={classes(css.label, one.mono && "mono")}>{one.label}</span>
        {one.note && <span className={css.note}>{one.note}</span>}
      </div>
    </>
  );
}
