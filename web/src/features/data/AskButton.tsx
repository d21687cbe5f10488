/** A button that asks the server for work, for who may; a note says what came of it. */

import { type ReactNode, useState } from "react";
import { Problem } from "@/api/problem";
import { useMay } from "@/api/session";
import { Button } from "@/ui/Button";
import { toast } from "@/ui/Toast";

export interface AskButtonProps {
  look?: "main";
  icon: ReactNode;
  ask: () => Promise<void>;
  children: ReactNode;
}

export function AskButton({ look, icon, ask, children }: AskButtonProps) {
  const may = useMay("data:run");
  const [busy, setBusy] = useState(false);
  if (!may) return null;
  const run = async () => {
    setBusy(true);
    try {
      await ask();
    } catch (error) {
      const said = error instanceof Problem ? error : null;
      toast({ title: said?.message ?? String(error), description: said?.hint, tone: "bad" });
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button look={look} busy={busy} icon={icon} onClick={() => void run()}>
      {children}
    </Button>
  );
}
