/** Where the figures come from: files as they were received, and their lines as CVM wrote them. */

import { useState } from "react";
import { useAnswer } from "@/api/client";
import { download } from "@/api/download";
import { useMay } from "@/api/session";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { Await } from "@/ui/Await";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Empty } from "@/ui/Empty";
import { Panel } from "@/ui/Panel";
import { Skeleton } from "@/ui/Skeleton";
import { toast } from "@/ui/Toast";
import css from "./Fund.module.css";
import { type Asked, paramsOf } from "./FundPage";
import type { FundFile } from "./types";
import { words } from "./words";

export function FundFiles({ asked }: { asked: Asked }) {
  const t = useWords(words);
  const f = useFormat();
  const [open, setOpen] = useState<FundFile | null>(null);
  const query = useAnswer("/api/v1/funds/{cnpj}/files", paramsOf(asked));
  const files = query.data?.data;
  const title = files?.length
    ? t("filesTitle", {
        lines: f.integer(files.reduce((sum, file) => sum + file.lines, 0)),
        n: files.length,
      })
    : t("filesNone");
  return (
    <Panel title={files ? title : t("file")} note={t("filesNote")} origin={query.data?.origin}>
      <Await
        query={query}
        skeleton={<Skeleton shape="table" rows={8} />}
        isEmpty={(answer) => !answer.data.length}
        empty={<Empty title={t("filesNone")} command="lastro ingest cvm_funds" />}
      >
        {(answer) => <FileTable files={answer.data} onOpen={setOpen} />}
      </Await>
      {open && <LinesDialog asked={asked} file={open} onClose={() => setOpen(null)} />}
    </Panel>
  );
}

function FileTable(props: { files: readonly FundFile[]; onOpen: (file: FundFile) => void }) {
  const t = useWords(words);
  const f = useFormat();
  return (
    <div className={css.scroll}>
      <table className={css.table}>
        <thead>
          <tr>
            <th scope="col">{t("month")}</th>
            <th scope="col" className={css.roomy}>
              {t("file")}
            </th>
            <th scope="col" className={css.roomy}>
              {t("sha")}
            </th>
            <th scope="col" className={`num ${css.roomy}`}>
              {t("bytes")}
            </th>
            <th scope="col" className={`num ${css.roomy}`}>
              {t("landed")}
            </th>
            <th scope="col" className="num">
              {t("lines")}
            </th>
            <th scope="col">
              <span className="visually-hidden">{t("showLines")}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {props.files.map((file) => (
            <tr key={`${file.period}/${file.key}`}>
              <th scope="row" className={css.whole}>
                {file.period}
              </th>
              <td className={`mono ${css.roomy}`} title={file.url ?? file.key}>
                {file.name ?? file.key}
              </td>
              <td className={`mono quiet ${css.roomy}`} title={file.sha256 ?? undefined}>
                {file.sha256?.slice(0, 10) ?? "–"}
              </td>
              <td className={`num ${css.roomy}`}>{f.bytes(file.size)}</td>
              <td className={`num ${css.roomy}`}>{f.date(file.landed_at)}</td>
              <td className="num">
                {t("linesRange", {
                  first: f.integer(file.first_line),
                  last: f.integer(file.last_line),
                })}
              </td>
              <td className="num">
                <Button look="quiet" onClick={() => props.onOpen(file)}>
                  {t("showLines")}
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function LinesDialog(props: { asked: Asked; file: FundFile; onClose: () => void }) {
  const { asked, file, onClose } = props;
  const t = useWords(words);
  const may = useMay("data:read");
  const { params } = paramsOf(asked);
  const query = useAnswer("/api/v1/funds/{cnpj}/files/{period}/lines", {
    params: { ...params, path: { ...params.path, period: file.period } },
  });
  const whole = async () => {
    try {
      const key = file.key.split("/").slice(2).join("/");
      await download(`/api/v1/sources/cvm_funds/files/${key}/bytes`, file.name ?? "cvm_funds");
    } catch (failure) {
      const title = failure instanceof Error ? failure.message : t("filesNone");
      toast({ title, tone: "bad" });
    }
  };
  return (
    <Dialog
      open
      wide
      onOpenChange={(next) => !next && onClose()}
      title={t("linesOf", { period: file.period })}
      lead={t("linesLead")}
      actions={
        may && (
          <Button look="main" onClick={() => void whole()}>
            {t("wholeFile")}
          </Button>
        )
      }
    >
      <Await query={query} skeleton={<Skeleton shape="table" rows={10} />}>
        {({ data }) => (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: keys scroll what is wider than the dialog
          <section className={css.raw} tabIndex={0} aria-label={t("lines")}>
            <table className={css.table}>
              <thead>
                <tr>
                  <th scope="col" className="num">
                    {t("line")}
                  </th>
                  {data.header.map((name) => (
                    <th scope="col" key={name} className="mono">
                      {name}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {data.lines.map((line, at) => (
                  <tr key={`${data.files[at]}/${data.numbers[at]}`}>
                    <th scope="row" className="num quiet">
                      {data.numbers[at]}
                    </th>
                    {data.header.map((name, column) => (
                      <td key={name} className="mono">
                        {line[column]}
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
        )}
      </Await>
    </Dialog>
  );
}
