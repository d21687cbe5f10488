/** API keys: one's own, or everybody's for an administrator. */

import { useQueryClient } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useMemo, useState } from "react";
import { api, useAnswer } from "@/api/client";
import type { components } from "@/api/schema";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { Await } from "@/ui/Await";
import { Button } from "@/ui/Button";
import { Chip } from "@/ui/Chip";
import { Dialog } from "@/ui/Dialog";
import { Empty } from "@/ui/Empty";
import { DataGrid } from "@/ui/grid/DataGrid";
import type { Column } from "@/ui/grid/types";
import { Panel } from "@/ui/Panel";
import { Skeleton } from "@/ui/Skeleton";
import { FormProblem } from "./FormProblem";
import { NewKey } from "./NewKey";
import { useDoing } from "./useDoing";
import { words } from "./words";

const PATH = "/api/v1/api-keys";
type Key = components["schemas"]["ApiKeyEntry"];

export interface KeysProps {
  /** Names of users by id: shows everybody's keys. */
  owners?: ReadonlyMap<string, string>;
}

export function Keys({ owners }: KeysProps) {
  const t = useWords(words);
  const queries = useQueryClient();
  const [making, setMaking] = useState(false);
  const [revoking, setRevoking] = useState<Key | null>(null);
  const everybody = owners !== undefined;
  const keys = useAnswer(PATH, { params: { query: { everybody } } });
  const columns = useColumns(setRevoking, owners);
  const reread = () => queries.invalidateQueries({ queryKey: ["api", PATH] });
  return (
    <Panel
      title={everybody ? t("keysAll") : t("keys")}
      note={t("keysNote")}
      actions={
        <Button icon={<Plus size={15} />} onClick={() => setMaking(true)}>
          {t("keyNew")}
        </Button>
      }
    >
      <Await
        query={keys}
        skeleton={<Skeleton shape="table" rows={3} />}
        isEmpty={(found) => !found.keys.length}
        empty={<Empty title={t("keysNone")}>{t("keysNoneHint")}</Empty>}
      >
        {(found) => (
          <DataGrid
            label={t("keys")}
            columns={columns}
            rowKey={(key) => key.id}
            rows={found.keys}
            height={everybody ? 520 : 320}
            bare
          />
        )}
      </Await>
      {making && (
        <NewKey
          allowed={keys.data?.allowed ?? []}
          onMade={reread}
          onClose={() => setMaking(false)}
        />
      )}
      {revoking && <Revoke of={revoking} onDone={reread} onClose={() => setRevoking(null)} />}
    </Panel>
  );
}

function useColumns(revoke: (key: Key) => void, owners?: ReadonlyMap<string, string>) {
  const t = useWords(words);
  const f = useFormat();
  return useMemo(() => {
    const state = (key: Key) => {
      if (key.revoked) return t("keyRevoked");
      return Date.parse(key.expires_at) < Date.now() ? t("keyExpired") : t("keyActive");
    };
    const columns: Column<Key>[] = [
      {
        id: "name",
        header: t("keyName"),
        width: 220,
        value: (key) => key.name,
        phone: "title",
      },
      {
        id: "scopes",
        header: t("keyScopes"),
        width: 260,
        value: (key) => key.scopes.join(" "),
        cell: (key) => <span className="mono small">{key.scopes.join(" ")}</span>,
        phone: "note",
      },
      {
        id: "used",
        header: t("keyUsed"),
        width: 140,
        value: (key) => key.last_used_at,
        cell: (key) => (key.last_used_at ? f.instant(key.last_used_at) : t("keyNever")),
        phone: "figure",
      },
      {
        id: "expires",
        header: t("keyExpires"),
        width: 110,
        value: (key) => key.expires_at,
        cell: (key) => f.date(key.expires_at.slice(0, 10)),
        phone: "figure",
      },
      {
        id: "state",
        header: t("keyState"),
        width: 170,
        value: state,
        cell: (key) =>
          key.revoked ? (
            <Chip>{t("keyRevoked")}</Chip>
          ) : (
            <>
              <Chip tone={state(key) === t("keyActive") ? "good" : "warn"}>{state(key)}</Chip>
              <Button look="quiet" onClick={() => revoke(key)}>
                {t("keyRevoke")}
              </Button>
            </>
          ),
        phone: "figure",
      },
    ];
    if (owners) {
      columns.splice(1, 0, {
        id: "owner",
        header: t("keyOwner"),
        width: 160,
        value: (key) => owners.get(key.owner) ?? key.owner,
      });
    }
    return columns;
  }, [t, f, revoke, owners]);
}

interface RevokeProps {
  of: Key;
  onDone: () => Promise<void>;
  onClose: () => void;
}

function Revoke({ of, onDone, onClose }: RevokeProps) {
  const t = useWords(words);
  const doing = useDoing();
  const revoke = () =>
    doing.run(async () => {
      await api.DELETE("/api/v1/api-keys/{key_id}", { params: { path: { key_id: of.id } } });
      await onDone();
      onClose();
    });
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t("keyRevokeAsk", { name: of.name })}
      lead={t("keyRevokeLead")}
      actions={
        <>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button look="danger" busy={doing.busy} onClick={() => void revoke()}>
            {t("keyRevoke")}
          </Button>
        </>
      }
    >
      <FormProblem error={doing.error} />
    </Dialog>
  );
}
