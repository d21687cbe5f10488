/** An invitation: who, with which role; then the one-time address, shown once. */

import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useId, useState } from "react";
import { api } from "@/api/client";
import type { components } from "@/api/schema";
import { CopyButton } from "@/features/identity/CopyButton";
import { FormProblem } from "@/features/identity/FormProblem";
import css from "@/features/identity/form.module.css";
import { ROLES, type Role, roleWord } from "@/features/identity/scopes";
import { useDoing } from "@/features/identity/useDoing";
import { words as identity } from "@/features/identity/words";
import { useWords } from "@/lib/words";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Field } from "@/ui/Field";
import { Select } from "@/ui/Select";
import { type Person, USERS } from "./usePeople";
import { words } from "./words";

type OneTimeLink = components["schemas"]["OneTimeLink"];

type Fields = Pick<Person, "name" | "role" | "client" | "adviser">;

const NEW: Fields = { name: "", role: "analyst", client: "", adviser: "" };

export function Invite({ users, onClose }: { users: readonly Person[]; onClose: () => void }) {
  const t = useWords(words);
  const doing = useDoing();
  const queries = useQueryClient();
  const form = useId();
  const [email, setEmail] = useState("");
  const [person, setPerson] = useState(NEW);
  const [made, setMade] = useState<OneTimeLink | null>(null);
  const send = (event: FormEvent) => {
    event.preventDefault();
    void doing.run(async () => {
      setMade((await api.POST(USERS, { body: { email, ...person } })).data ?? null);
      await queries.invalidateQueries({ queryKey: ["api", USERS] });
    });
  };
  if (made) return <LinkDialog link={made} onClose={onClose} />;
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t("inviteTitle")}
      lead={t("inviteLead")}
      actions={
        <>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button type="submit" form={form} look="main" busy={doing.busy}>
            {t("inviteMake")}
          </Button>
        </>
      }
    >
      <form id={form} className={css.form} onSubmit={send}>
        <Field
          label={t("email")}
          type="email"
          required
          value={email}
          onChange={(event) => setEmail(event.target.value)}
        />
        <PersonFields value={person} users={users} onChange={setPerson} />
        <FormProblem error={doing.error} />
      </form>
    </Dialog>
  );
}

export interface PersonFieldsProps {
  value: Fields;
  users: readonly Person[];
  onChange: (value: Fields) => void;
}

const NOBODY = "-"; // a choice needs a value that is not blank

export function PersonFields({ value, users, onChange }: PersonFieldsProps) {
  const t = useWords(words);
  const ti = useWords(identity);
  const set = (part: Partial<Fields>) => onChange({ ...value, ...part });
  const advisers = users.filter((user) => user.role === "adviser" && !user.disabled);
  return (
    <>
      <Field
        label={t("name")}
        maxLength={80}
        required
        value={value.name}
        onChange={(event) => set({ name: event.target.value })}
      />
      <div className={css.row}>
        <Select<Role>
          label={t("role")}
          labelled
          value={value.role}
          choices={ROLES.map((role) => ({ value: role, label: roleWord(ti, role) }))}
          onChange={(role) => set({ role })}
        />
      </div>
      {value.role === "client" && (
        <>
          <Field
            label={t("client")}
            hint={t("clientHint")}
            maxLength={64}
            value={value.client}
            onChange={(event) => set({ client: event.target.value })}
          />
          <div className={css.row}>
            <Select
              label={t("adviser")}
              labelled
              value={value.adviser || NOBODY}
              choices={[
                { value: NOBODY, label: t("nobody") },
                ...advisers.map((user) => ({ value: user.id, label: user.name })),
              ]}
              onChange={(id) => set({ adviser: id === NOBODY ? "" : id })}
            />
          </div>
        </>
      )}
    </>
  );
}

export function LinkDialog({ link, onClose }: { link: OneTimeLink; onClose: () => void }) {
  const t = useWords(words);
  const address = `${location.origin}${link.path}`;
  return (
    <Dialog
      open
      wide
      onOpenChange={onClose}
      title={t("linkTitle")}
      lead={t("linkLead", { hours: link.hours, name: link.user.name })}
      actions={
        <>
          <CopyButton text={address} />
          <Button look="main" onClick={onClose}>
            {t("copyDone")}
          </Button>
        </>
      }
    >
      <code className={css.shown}>{address}</code>
    </Dialog>
  );
}
