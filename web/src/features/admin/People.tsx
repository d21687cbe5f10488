/** People of the house: a grid, an invitation, and a dialog for each. */

import { UserPlus } from "lucide-react";
import { useMemo, useState } from "react";
import { roleWord } from "@/features/identity/scopes";
import { words as identity } from "@/features/identity/words";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { Await } from "@/ui/Await";
import { Button } from "@/ui/Button";
import { Chip } from "@/ui/Chip";
import { DataGrid } from "@/ui/grid/DataGrid";
import type { Column } from "@/ui/grid/types";
import { Panel } from "@/ui/Panel";
import { Skeleton } from "@/ui/Skeleton";
import { Invite } from "./Invite";
import { PersonDialog } from "./PersonDialog";
import { type Person, usePeople } from "./usePeople";
import { words } from "./words";

export function People() {
  const t = useWords(words);
  const { query, names } = usePeople();
  const columns = useColumns(names);
  const [inviting, setInviting] = useState(false);
  const [open, setOpen] = useState<string | null>(null);
  const users = query.data?.users ?? [];
  const person = users.find((user) => user.id === open);
  const invited = users.filter((user) => !user.active && !user.disabled).length;
  return (
    <Panel
      title={t("peopleTitle", { n: users.length, invited })}
      note={t("peopleNote")}
      actions={
        <Button look="main" icon={<UserPlus size={15} />} onClick={() => setInviting(true)}>
          {t("invite")}
        </Button>
      }
    >
      <Await query={query} skeleton={<Skeleton shape="table" rows={6} />}>
        {(found) => (
          <DataGrid
            label={t("people")}
            columns={columns}
            rowKey={(user) => user.id}
            rows={found.users}
            onOpen={(user) => setOpen(user.id)}
            height={520}
          />
        )}
      </Await>
      {inviting && <Invite users={users} onClose={() => setInviting(false)} />}
      {person && <PersonDialog person={person} users={users} onClose={() => setOpen(null)} />}
    </Panel>
  );
}

export function stateOf(user: Person): "active" | "invited" | "disabled" {
  if (user.disabled) return "disabled";
  return user.active ? "active" : "invited";
}

const TONES = { active: "good", invited: "warn", disabled: "plain" } as const;

function useColumns(names: ReadonlyMap<string, string>) {
  const t = useWords(words);
  const ti = useWords(identity);
  const f = useFormat();
  return useMemo<Column<Person>[]>(
    () => [
      { id: "name", header: t("name"), width: 200, value: (user) => user.name, phone: "title" },
      { id: "email", header: t("email"), width: 240, value: (user) => user.email, phone: "note" },
      {
        id: "role",
        header: t("role"),
        width: 130,
        value: (user) => roleWord(ti, user.role),
        phone: "figure",
      },
      {
        id: "state",
        header: t("state"),
        width: 120,
        value: (user) => t(stateOf(user)),
        cell: (user) => <Chip tone={TONES[stateOf(user)]}>{t(stateOf(user))}</Chip>,
        phone: "figure",
      },
      {
        id: "factor",
        header: t("factor"),
        width: 120,
        value: (user) => (user.totp ? t("yes") : t("no")),
      },
      { id: "client", header: t("client"), width: 120, value: (user) => user.client || null },
      {
        id: "adviser",
        header: t("adviser"),
        width: 160,
        value: (user) => names.get(user.adviser) ?? null,
      },
      {
        id: "since",
        header: t("since"),
        width: 110,
        value: (user) => user.created_at,
        cell: (user) => f.date(user.created_at.slice(0, 10)),
      },
    ],
    [t, ti, f, names],
  );
}
