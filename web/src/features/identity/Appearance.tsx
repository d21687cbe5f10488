/** Language, theme, density and colours of this browser. */

import { api } from "@/api/client";
import { type Language, type Preferences, prefer, usePreferences } from "@/lib/preferences";
import { useWords } from "@/lib/words";
import { toast } from "@/ui/Toast";
import { Toggle } from "@/ui/Toggle";
import css from "./form.module.css";
import { words } from "./words";

export function Appearance() {
  const t = useWords(words);
  const chosen = usePreferences();
  const speak = async (language: Language) => {
    prefer({ language });
    try {
      await api.PATCH("/api/v1/auth/me", { body: { language } });
    } catch (error) {
      toast({ title: error instanceof Error ? error.message : String(error), tone: "bad" });
    }
  };
  return (
    <dl className={css.settings}>
      <dt>{t("language")}</dt>
      <dd>
        <Toggle<Language>
          label={t("language")}
          value={chosen.language}
          choices={[
            { value: "pt-BR", label: "Português" },
            { value: "en", label: "English" },
          ]}
          onChange={(language) => void speak(language)}
        />
      </dd>
      <dt>{t("theme")}</dt>
      <dd>
        <Toggle<Preferences["theme"]>
          label={t("theme")}
          value={chosen.theme}
          choices={[
            { value: "system", label: t("themeSystem") },
            { value: "light", label: t("themeLight") },
            { value: "dark", label: t("themeDark") },
          ]}
          onChange={(theme) => prefer({ theme })}
        />
      </dd>
      <dt>{t("density")}</dt>
      <dd>
        <Toggle<Preferences["density"]>
          label={t("density")}
          value={chosen.density}
          choices={[
            { value: "comfortable", label: t("comfortable") },
            { value: "compact", label: t("compact") },
          ]}
          onChange={(density) => prefer({ density })}
        />
      </dd>
      <dt>{t("colours")}</dt>
      <dd>
        <Toggle<Preferences["palette"]>
          label={t("colours")}
          value={chosen.palette}
          choices={[
            { value: "classic", label: t("classic") },
            { value: "blue-orange", label: t("blueOrange") },
          ]}
          onChange={(palette) => prefer({ palette })}
        />
      </dd>
    </dl>
  );
}
