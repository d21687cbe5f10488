/** The second factor: turned on with a QR code, off with a code of it. */

import { type FormEvent, useState } from "react";
import { api } from "@/api/client";
import type { components } from "@/api/schema";
import { rereadMe, useMe } from "@/api/session";
import { useWords } from "@/lib/words";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Panel } from "@/ui/Panel";
import { CopyButton } from "./CopyButton";
import { FormProblem } from "./FormProblem";
import css from "./form.module.css";
import { CodeField } from "./SignIn";
import { useDoing } from "./useDoing";
import { words } from "./words";

type Enrolment = components["schemas"]["Enrolment"];
type Wish = "end" | "renew";

export function SecondFactor() {
  const t = useWords(words);
  const me = useMe();
  const doing = useDoing();
  const [enrolment, setEnrolment] = useState<Enrolment | null>(null);
  const [wish, setWish] = useState<Wish | null>(null);
  const [codes, setCodes] = useState<string[] | null>(null);
  const left = me && "recovery_codes" in me ? Number(me.recovery_codes) : 0;
  const begin = () =>
    doing.run(async () => {
      setEnrolment((await api.POST("/api/v1/auth/second-factor")).data ?? null);
    });
  const finish = (made: string[] | null) => {
    setEnrolment(null);
    setWish(null);
    setCodes(made);
    void rereadMe();
  };
  return (
    <Panel
      title={me?.totp ? t("factorOn") : t("factorOff")}
      note={me?.totp ? t("factorOnNote", { n: left }) : t("factorOffNote")}
    >
      {!me?.totp && !enrolment && (
        <Button busy={doing.busy} onClick={() => void begin()}>
          {t("factorBegin")}
        </Button>
      )}
      <FormProblem error={doing.error} />
      {enrolment && (
        <Enrol enrolment={enrolment} onDone={finish} onCancel={() => setEnrolment(null)} />
      )}
      {me?.totp && (
        <div className={css.row}>
          <Button onClick={() => setWish("renew")}>{t("factorRenew")}</Button>
          <Button look="danger" onClick={() => setWish("end")}>
            {t("factorEnd")}
          </Button>
        </div>
      )}
      {wish && <Ask wish={wish} onDone={finish} onCancel={() => setWish(null)} />}
      {codes && <Recovery codes={codes} onClose={() => setCodes(null)} />}
    </Panel>
  );
}

interface StepProps {
  onDone: (codes: string[] | null) => void;
  onCancel: () => void;
}

function Enrol({ enrolment, onDone, onCancel }: StepProps & { enrolment: Enrolment }) {
  const t = useWords(words);
  const doing = useDoing();
  const [code, setCode] = useState("");
  const send = (event: FormEvent) => {
    event.preventDefault();
    void doing.run(async () => {
      const { data } = await api.POST("/api/v1/auth/second-factor/confirm", { body: { code } });
      onDone(data?.codes ?? null);
    });
  };
  return (
    <form className={css.enrol} onSubmit={send}>
      <div className={css.form}>
        <p>{t("factorScan")}</p>
        <img
          className={css.qr}
          src={`data:image/svg+xml,${encodeURIComponent(enrolment.image)}`}
          alt={t("factorScan")}
        />
        <p className="small quiet">{t("factorType")}</p>
        <code className={css.shown}>{enrolment.secret}</code>
      </div>
      <div className={css.form}>
        <p>{t("factorConfirm")}</p>
        <CodeField value={code} onChange={setCode} />
        <FormProblem error={doing.error} />
        <div className={css.row}>
          <Button type="submit" look="main" busy={doing.busy}>
            {t("factorBegin")}
          </Button>
          <Button look="quiet" onClick={onCancel}>
            {t("cancel")}
          </Button>
        </div>
      </div>
    </form>
  );
}

function Ask({ wish, onDone, onCancel }: StepProps & { wish: Wish }) {
  const t = useWords(words);
  const doing = useDoing();
  const [code, setCode] = useState("");
  const send = () =>
    doing.run(async () => {
      if (wish === "end") {
        await api.POST("/api/v1/auth/second-factor/end", { body: { code } });
        onDone(null);
        return;
      }
      const path = "/api/v1/auth/second-factor/recovery-codes";
      onDone((await api.POST(path, { body: { code } })).data?.codes ?? null);
    });
  return (
    <Dialog
      open
      onOpenChange={onCancel}
      title={wish === "end" ? t("factorEnd") : t("factorRenew")}
      lead={t("factorAsk")}
      actions={
        <Button
          look={wish === "end" ? "danger" : "main"}
          busy={doing.busy}
          disabled={!code.trim()}
          onClick={() => void send()}
        >
          {t("continue")}
        </Button>
      }
    >
      <CodeField value={code} onChange={setCode} />
      <FormProblem error={doing.error} />
    </Dialog>
  );
}

function Recovery({ codes, onClose }: { codes: string[]; onClose: () => void }) {
  const t = useWords(words);
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t("recoveryTitle")}
      lead={t("recoveryLead")}
      actions={
        <>
          <CopyButton text={codes.join("\n")} />
          <Button look="main" onClick={onClose}>
            {t("done")}
          </Button>
        </>
      }
    >
      <ul className={css.codes}>
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
    </Dialog>
  );
}
