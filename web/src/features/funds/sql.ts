/** The query behind a chart of one class, for the workbench. */

import type { Asked } from "./FundPage";

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;

export function sqlOf(table: string, { cnpj, subclass }: Asked, columns: string): string {
  return [
    `select ${columns}`,
    `from ${table}`,
    `where cnpj = ${quoted(cnpj)} and subclass_id = ${quoted(subclass)}`,
    "order by ref_date",
  ].join("\n");
}
