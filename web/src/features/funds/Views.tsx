/** Saved views of the list: filters, order and columns under a name. */

import { Popover } from "@base-ui/react/popover";
import { useQueryClient } from "@tanstack/react-query";
import { Bookmark, Trash2 } from "lucide-react";
import { useState } from "react";
import { api, useAnswer } from "@/api/client";
import { useMay } from "@/api/session";
import { classes } from "@/lib/classes";
import { useWords } from "@/lib/words";
import { Button, IconButton } from "@/ui/Button";
import { ErrorWords } from "@/ui/ErrorState";
import { Field } from "@/ui/Field";
import floating from "@/ui/floating.module.css";
import { toast } from "@/ui/Toast";
import css from "./Funds.module.css";
import { type FundsSearch, readSearch } from "./search";
import { words } from "./words";

const PAGE = "funds";

interface ViewsProps {
  search: FundsSearch;
  onSearch: (search: FundsSearch) => void;
}

export function Views({ search, onSearch }: ViewsProps) {
  const t = useWords(words);
  const [open, setOpen] = useState(false);
  return (
    <Popover.Root open={open} onOpenChange={(next) => setOpen(next)}>
      <Popover.Trigger
        render={<Button icon={<Bookmark size={15} aria-hidden="true" />}>{t("views")}</Button>}
      />
      <Popover.Portal>
        <Popover.Positioner sideOffset={4} align="end" className={floating.positioner}>
          <Popover.Popup className={classes(floating.popup, css.views)} aria-label={t("views")}>
            <Saved
              onOpen={(next) => {
                onSearch(next);
                setOpen(false);
              }}
            />
            <Save search={search} />
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

function useChanged() {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: ["api", "/api/v1/views"] });
}

function Saved({ onOpen }: { onOpen: (search: FundsSearch) => void }) {
  const t = useWords(words);
  const changed = useChanged();
  const saved = useAnswer("/api/v1/views", { params: { query: { page: PAGE } } });
  if (saved.error) return <ErrorWords error={saved.error} />;
  if (!saved.data?.length) return <p className="quiet small">{t("viewsEmpty")}</p>;
  const remove = async (link: string, name: string) => {
    try {
      await api.DELETE("/api/v1/views/{link}", { params: { path: { link } } });
      await changed();
      toast({ title: t("viewRemoved", { name }) });
    } catch (failure) {
      toast({ title: t("viewFailed"), description: reason(failure), tone: "bad" });
    }
  };
  return (
    <ul>
      {saved.data.map((view) => (
        <li key={view.link} className={css.view}>
          <button type="button" onClick={() => onOpen(readSearch(view.state))}>
            {view.name}
          </button>
          {view.own && (
            <IconButton
              label={t("remove", { name: view.name })}
              icon={<Trash2 size={14} aria-hidden="true" />}
              onClick={() => void remove(view.link, view.name)}
            />
          )}
        </li>
      ))}
    </ul>
  );
}

function Save({ search }: { search: FundsSearch }) {
  const t = useWords(words);
  const may = useMay("views:write");
  const changed = useChanged();
  const [name, setName] = useState("");
  const [busy, setBusy] = useState(false);
  if (!may) return null;
  const save = async () => {
    setBusy(true);
    try {
      await api.POST("/api/v1/views", {
        body: { page: PAGE, name, state: { ...search }, shared: false },
      });
      await changed();
      toast({ title: t("viewSaved", { name }) });
      setName("");
    } catch (failure) {
      toast({ title: t("viewFailed"), description: reason(failure), tone: "bad" });
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      className={css.save}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <Field
        bare
        label={t("viewName")}
        placeholder={t("viewName")}
        value={name}
        maxLength={120}
        required
        onChange={(event) => setName(event.target.value)}
      />
      <Button type="submit" look="main" busy={busy} disabled={!name.trim()}>
        {t("saveView")}
      </Button>
    </form>
  );
}

function reason(failure: unknown): string {
  return failure instanceof Error ? failure.message : "";
}
