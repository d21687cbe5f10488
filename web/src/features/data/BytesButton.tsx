/** The exact bytes of a landed file, at a click. */

import { Download } from "lucide-react";
import { download } from "@/api/download";
import { useWords } from "@/lib/words";
import { IconButton } from "@/ui/Button";
import { toast } from "@/ui/Toast";
import { words } from "./words";

export function BytesButton({
  source,
  file,
  name,
}: {
  source: string;
  file: string;
  name: string;
}) {
  const t = useWords(words);
  const path = file.split("/").map(encodeURIComponent).join("/");
  const save = () =>
    download(`/api/v1/sources/${source}/files/${path}/bytes`, name).catch((error: Error) =>
      toast({ title: error.message, tone: "bad" }),
    );
  return (
    <IconButton
      label={t("getBytes", { name })}
      icon={<Download size={14} aria-hidden="true" />}
      onClick={() => void save()}
    />
  );
}
