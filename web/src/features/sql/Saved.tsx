/** Saved queries: one's own and those that others share; each has a link. */

import { Popover } from "@base-ui/react/popover";
import { useQueryClient } from "@tanstack/react-query";
import { Bookmark, Link2, Save, Trash2 } from "lucide-react";
import { type FormEvent, useState } from "react";
import { api, useAnswer } from "@/api/client";
import type { components } from "@/api/schema";
import { useMay } from "@/api/session";
import { classes } from "@/lib/classes";
import { useWords } from "@/lib/words";
import { Button, IconButton } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { ErrorWords } from "@/ui/ErrorState";
import { Field } from "@/ui/Field";
import floating from "@/ui/floating.module.css";
import { toast } from "@/ui/Toast";
import { Switch } from "@/ui/Toggle";
import css from "./sql.module.css";
import { words } from "./words";

export type View = components["schemas"]["ViewCard"];
const PAGE = "sql";

export const queryOf = (view: View) =>
  typeof view.state.query === "string" ? view.state.query : "";

function useChanged() {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: ["api", "/api/v1/views"] });
}

export function SavedQueries({ onOpen }: { onOpen: (view: View) => void }) {
  const t = useWords(words);
  const [open, setOpen] = useState(false);
  const saved = useAnswer(
    "/api/v1/views",
    { params: { query: { page: PAGE } } },
    { enabled: open },
  );
  const views = saved.data ?? [];
  return (
    <Popover.Root open={open} onOpenChange={(next) => setOpen(next)}>
      <Popover.Trigger
        render={<Button icon={<Bookmark size={15} aria-hidden="true" />}>{t("savedList")}</Button>}
      />
      <Popover.Portal>
        <Popover.Positioner sideOffset={4} align="end" className={floating.positioner}>
          <Popover.Popup className={classes(floating.popup, css.saved)} aria-label={t("savedList")}>
            {!views.length && !saved.isPending && <p className="quiet">{t("noSaved")}</p>}
            <ul>
              {views.map((view) => (
                <SavedLine
                  key={view.link}
                  view={view}
                  onOpen={() => {
                    onOpen(view);
                    setOpen(false);
                  }}
                />
              ))}
            </ul>
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

function SavedLine({ view, onOpen }: { view: View; onOpen: () => void }) {
  const t = useWords(words);
  const changed = useChanged();
  const may = useMay("views:write");
  const remove = async () => {
    await api.DELETE("/api/v1/views/{link}", { params: { path: { link: view.link } } });
    await changed();
    toast({ title: t("removed"), description: view.name });
  };
  const copy = async () => {
    await navigator.clipboard.writeText(`${location.origin}/sql?view=${view.link}`);
    toast({ title: t("linkCopied") });
  };
  return (
    <li className={css.savedLine}>
      <button type="button" className={css.savedName} onClick={onOpen}>
        <span>{view.name}</span>
        {view.shared && <span className="quiet small">{t("shared")}</span>}
      </button>
      <IconButton
        label={t("copyLink")}
        icon={<Link2 size={14} aria-hidden="true" />}
        onClick={() => void copy()}
      />
      {view.own && may && (
        <IconButton
          label={t("remove", { name: view.name })}
          icon={<Trash2 size={14} aria-hidden="true" />}
          onClick={() => void remove()}
        />
      )}
    </li>
  );
}

export interface SaveQueryProps {
  query: () => string;
  /** The saved query that is open, if it is one's own. */
  view: View | null;
  onSaved: (view: View) => void;
}

export function SaveQuery({ query, view, onSaved }: SaveQueryProps) {
  const t = useWords(words);
  const changed = useChanged();
  const may = useMay("views:write");
  const [open, setOpen] = useState(false);
  const [name, setName] = useState("");
  const [shared, setShared] = useState(false);
  const [error, setError] = useState<unknown>(null);
  if (!may) return null;

  const done = async (saved: View | undefined) => {
    if (!saved) return;
    await changed();
    onSaved(saved);
    setOpen(false);
    toast({ title: t("saved"), description: saved.name });
  };
  const begin = () => {
    setName(view?.own ? view.name : "");
    setShared(view?.shared ?? false);
    setError(null);
    setOpen(true);
  };
  const save = async (event: FormEvent) => {
    event.preventDefault();
    const state = { query: query() };
    try {
      const own = view?.own && view.name === name;
      const answer = own
        ? await api.PUT("/api/v1/views/{link}", {
            params: { path: { link: view.link } },
            body: { name, shared, state },
          })
        : await api.POST("/api/v1/views", { body: { page: PAGE, name, shared, state } });
      await done(answer.data);
    } catch (failure) {
      setError(failure);
    }
  };
  return (
    <>
      <Button icon={<Save size={15} aria-hidden="true" />} onClick={begin}>
        {t("save")}
      </Button>
      <Dialog open={open} onOpenChange={setOpen} title={t("saveTitle")}>
        <form className={css.form} onSubmit={(event) => void save(event)}>
          <Field
            label={t("saveName")}
            value={name}
            required
            maxLength={120}
            onChange={(event) => setName(event.target.value)}
          />
          <Switch label={t("saveShared")} checked={shared} onChange={setShared} />
          {error !== null && (
            <div role="alert" className={css.formError}>
              <ErrorWords error={error} />
            </div>
          )}
          <Button look="main" type="submit" disabled={!name.trim()}>
            {view?.own && view.name === name ? t("saveChanges") : t("save")}
          </Button>
        </form>
      </Dialog>
    </>
  );
}
