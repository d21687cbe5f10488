/** One person: name, role, relations; a new link, the second factor, in or out. */

import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useId, useState } from "react";
import { api } from "@/api/client";
import type { components } from "@/api/schema";
import { FormProblem } from "@/features/identity/FormProblem";
import css from "@/features/identity/form.module.css";
import { useDoing } from "@/features/identity/useDoing";
import { useWords } from "@/lib/words";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { toast } from "@/ui/Toast";
import { LinkDialog, PersonFields } from "./Invite";
import { type Person, USERS } from "./usePeople";
import { words } from "./words";

export interface PersonDialogProps {
  person: Person;
  users: readonly Person[];
  onClose: () => void;
}

export function PersonDialog({ person, users, onClose }: PersonDialogProps) {
  const t = useWords(words);
  const doing = useDoing();
  const queries = useQueryClient();
  const form = useId();
  const { name, role, client, adviser } = person;
  const [fields, setFields] = useState({ name, role, client, adviser });
  const [link, setLink] = useState<components["schemas"]["OneTimeLink"] | null>(null);
  const path = { user_id: person.id };

  const act = (action: () => Promise<unknown>, said?: string) =>
    doing.run(async () => {
      await action();
      await queries.invalidateQueries({ queryKey: ["api", USERS] });
      if (said) toast({ title: said });
    });
  const change = (body: components["schemas"]["UserChange"]) =>
    act(() => api.PATCH("/api/v1/users/{user_id}", { params: { path }, body }), t("saved"));
  const save = async (event: FormEvent) => {
    event.preventDefault();
    if (await change(fields)) onClose();
  };
  const relink = () =>
    act(async () => {
      const { data } = await api.POST("/api/v1/users/{user_id}/link", { params: { path } });
      setLink(data ?? null);
    });
  const drop = () =>
    act(
      () => api.DELETE("/api/v1/users/{user_id}/second-factor", { params: { path } }),
      t("dropped"),
    );

  if (link) return <LinkDialog link={link} onClose={onClose} />;
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={person.name}
      lead={person.email}
      actions={
        <>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button type="submit" form={form} look="main" busy={doing.busy}>
            {t("save")}
          </Button>
        </>
      }
    >
      <form id={form} className={css.form} onSubmit={(event) => void save(event)}>
        <PersonFields value={fields} users={users} onChange={setFields} />
        <FormProblem error={doing.error} />
        <div className={css.row}>
          {!person.disabled && (
            <Button busy={doing.busy} onClick={() => void relink()}>
              {t("newLink")}
            </Button>
          )}
          {person.totp && (
            <Button busy={doing.busy} onClick={() => void drop()}>
              {t("dropFactor")}
            </Button>
          )}
          <Button
            look={person.disabled ? "plain" : "danger"}
            busy={doing.busy}
            onClick={() => void change({ disabled: !person.disabled })}
          >
            {person.disabled ? t("enable") : t("disable")}
          </Button>
        </div>
        {!person.disabled && <p className="small quiet">{t("disableNote")}</p>}
      </form>
    </Dialog>
  );
}
