/** Files of a source, the newest first: what, when, from where, and the bytes themselves. */

import { useMemo, useState } from "react";
import { api, useAnswer } from "@/api/client";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { Chip } from "@/ui/Chip";
import { Empty } from "@/ui/Empty";
import { Field } from "@/ui/Field";
import { DataGrid } from "@/ui/grid/DataGrid";
import type { Column } from "@/ui/grid/types";
import { useWindow } from "@/ui/grid/useWindow";
import { Panel } from "@/ui/Panel";
import { BytesButton } from "./BytesButton";
import type { LandedFile } from "./types";
import { words } from "./words";

export function SourceFiles({ name }: { name: string }) {
  const t = useWords(words);
  const f = useFormat();
  const [search, setSearch] = useState("");
  const first = useAnswer("/api/v1/sources/{name}/files", {
    params: { path: { name }, query: { limit: 1 } },
  });
  const files = useWindow<LandedFile>({
    key: ["files", name, search],
    size: 200,
    load: async ({ offset, limit, signal }) => {
      const { data } = await api.GET("/api/v1/sources/{name}/files", {
        params: { path: { name }, query: { search, start: offset, limit } },
        signal,
      });
      return { rows: data?.data.files ?? [], total: data?.data.total ?? 0 };
    },
  });
  const columns = useMemo<Column<LandedFile>[]>(
    () => [
      {
        id: "name",
        header: t("file"),
        width: 280,
        sortable: false,
        value: (file) => file.name,
        cell: (file) => <span className="mono">{file.name}</span>,
        phone: "title",
      },
      {
        id: "landed",
        header: t("landed"),
        width: 150,
        sortable: false,
        value: (file) => file.landed_at,
        cell: (file) => f.instant(file.landed_at),
        phone: "figure",
      },
      {
        id: "size",
        header: t("size"),
        width: 90,
        align: "right",
        sortable: false,
        value: (file) => file.size,
        cell: (file) => f.bytes(file.size),
        phone: "figure",
      },
      {
        id: "state",
        header: t("state"),
        width: 100,
        sortable: false,
        value: (file) => (file.current ? t("current") : t("replaced")),
        cell: (file) => (
          <Chip tone={file.current ? "good" : "plain"}>
            {t(file.current ? "current" : "replaced")}
          </Chip>
        ),
        phone: "figure",
      },
      {
        id: "hash",
        header: t("hash"),
        width: 130,
        sortable: false,
        value: (file) => file.sha256,
        cell: (file) => (
          <span className="mono quiet" title={file.sha256}>
            {file.sha256.slice(0, 12)}
          </span>
        ),
      },
      {
        id: "run",
        header: t("run"),
        width: 200,
        sortable: false,
        value: (file) => file.run_id,
        cell: (file) => <span className="mono quiet">{file.run_id}</span>,
      },
      {
        id: "url",
        header: t("from"),
        width: 260,
        sortable: false,
        value: (file) => file.url || t("ownFile"),
        phone: "note",
      },
      {
        id: "bytes",
        header: "",
        width: 48,
        sortable: false,
        value: () => null,
        cell: (file) => <BytesButton source={name} file={file.key} name={file.name} />,
      },
    ],
    [t, f, name],
  );
  return (
    <Panel title={t("filesOf")} note={t("filesNote")} origin={first.data?.origin}>
      <DataGrid
        label={t("filesOf")}
        columns={columns}
        window={files}
        rowKey={(file) => `${file.key} ${file.landed_at}`}
        empty={<Empty title={t("noFiles")} command={`lastro ingest ${name}`} />}
        tools={
          <Field
            label={t("findFile")}
            bare
            type="search"
            placeholder={t("findFile")}
            value={search}
            onChange={(event) => setSearch(event.target.value)}
          />
        }
        height={420}
      />
    </Panel>
  );
}
