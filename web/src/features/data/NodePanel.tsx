/** A node of the lineage: state, versions with their run, and the files that lie behind it. */

import { Link } from "@tanstack/react-router";
import { X } from "lucide-react";
import { useAnswer } from "@/api/client";
import { usePreferences } from "@/lib/preferences";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { Await } from "@/ui/Await";
import { IconButton } from "@/ui/Button";
import { Chip } from "@/ui/Chip";
import { Skeleton } from "@/ui/Skeleton";
import { BytesButton } from "./BytesButton";
import css from "./data.module.css";
import { type Graph, STATE_TONE } from "./types";
import { words } from "./words";

interface NodePanelProps {
  graph: Graph;
  id: string;
  onChoose: (id: string) => void;
  onClose: () => void;
}

export function NodePanel({ graph, id, onChoose, onClose }: NodePanelProps) {
  const t = useWords(words);
  const f = useFormat();
  const { language } = usePreferences();
  const node = graph.nodes.find((one) => one.id === id);
  if (!node) return null;
  const above = graph.edges.filter((edge) => edge.target === id);
  const below = graph.edges.filter((edge) => edge.source === id);
  const source = id.startsWith("source.") ? id.slice(7) : null;
  return (
    <aside className={css.node} aria-label={id}>
      <header className={css.nodeHead}>
        <h3 className="mono">{id}</h3>
        <IconButton
          label={t("close")}
          icon={<X size={14} aria-hidden="true" />}
          onClick={onClose}
        />
      </header>
      <p>{language === "en" ? node.title : node.pt}</p>
      <p className={css.nodeState}>
        <Chip tone={STATE_TONE[node.state]}>{t(`state_${node.state}`)}</Chip>
        {node.version != null && <span>{t("versionN", { n: node.version })}</span>}
        {node.newest_day && <span className="quiet">{f.date(node.newest_day)}</span>}
      </p>
      <p>
        {source ? (
          <Link to="/data/sources/$name" params={{ name: source }}>
            {t("open")}
          </Link>
        ) : (
          <Link to="/data/tables/$name" params={{ name: id }}>
            {t("open")}
          </Link>
        )}
      </p>
      <Neighbours
        title={t("builtFrom")}
        onChoose={onChoose}
        nodes={above.map((edge) => ({ id: edge.source, version: edge.version ?? null }))}
      />
      <Neighbours
        title={t("feeds")}
        onChoose={onChoose}
        nodes={below.map((edge) => ({ id: edge.target, version: null }))}
      />
      {!source && node.layer !== "view" && node.version != null && <Past table={id} />}
    </aside>
  );
}

interface NeighboursProps {
  title: string;
  onChoose: (id: string) => void;
  nodes: readonly { id: string; version: number | null }[];
}

function Neighbours({ title, onChoose, nodes }: NeighboursProps) {
  const t = useWords(words);
  if (!nodes.length) return null;
  return (
    <section>
      <h4 className={css.sub}>{title}</h4>
      <ul className={css.neighbours}>
        {nodes.map((one) => (
          <li key={one.id}>
            <button type="button" className="mono" onClick={() => onChoose(one.id)}>
              {one.id}
            </button>
            {one.version !== null && (
              <span className="quiet small">{t("versionN", { n: one.version })}</span>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

const SHOWN = 12;

function Past({ table }: { table: string }) {
  const t = useWords(words);
  const f = useFormat();
  const lineage = useAnswer("/api/v1/lineage/{table}", { params: { path: { table } } });
  return (
    <Await query={lineage} skeleton={<Skeleton shape="text" rows={6} />}>
      {({ data }) => (
        <>
          <section>
            <h4 className={css.sub}>{t("history")}</h4>
            <ul className={css.versions}>
              {data.versions.slice(0, 6).map((version) => (
                <li key={version.number}>
                  <span>{t("versionN", { n: version.number })}</span>
                  <span className="quiet small">
                    {f.instant(version.at)} · {version.run_id || version.operation}
                  </span>
                  {(version.rows ?? 0) > 0 && (
                    <span className="num small">
                      {f.integer(version.rows)} {t("unitRows")}
                    </span>
                  )}
                </li>
              ))}
            </ul>
          </section>
          {data.file_count > 0 && (
            <section>
              <h4 className={css.sub}>
                {t("upstreamFiles", { n: f.integer(data.file_count), count: data.file_count })}
              </h4>
              <ul className={css.behind}>
                {data.files.slice(0, SHOWN).map((file) => (
                  <li key={file.key}>
                    <span className="mono small">{file.name}</span>
                    <span className="quiet small">{f.bytes(file.size)}</span>
                    <BytesButton source={file.source} file={file.key} name={file.name} />
                  </li>
                ))}
              </ul>
              {data.file_count > SHOWN && (
                <p className="quiet small">
                  {t("moreFiles", { n: f.integer(data.file_count - SHOWN) })}
                </p>
              )}
            </section>
          )}
        </>
      )}
    </Await>
  );
}
