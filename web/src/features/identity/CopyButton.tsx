/** Copies a text, and says that it did. */

import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { useWords } from "@/lib/words";
import { Button } from "@/ui/Button";
import { words } from "./words";

const SHOWN = 2_000; // milliseconds

export function CopyButton({ text }: { text: string }) {
  const t = useWords(words);
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), SHOWN);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = () => navigator.clipboard.writeText(text).then(() => setCopied(true));
  return (
    <Button icon={copied ? <Check size={15} /> : <Copy size={15} />} onClick={() => void copy()}>
      {copied ? t("copied") : t("copy")}
    </Button>
  );
}
