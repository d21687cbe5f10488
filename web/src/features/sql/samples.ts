/** Queries to begin with; each runs on a lake of a few months. */

export interface Sample {
  word:
    | "sample_flows"
    | "sample_managers"
    | "sample_ibov"
    | "sample_cdi"
    | "sample_fx"
    | "sample_sectors"
    | "sample_quarantine"
    | "sample_ledger";
  query: string;
}

export const SAMPLES: readonly Sample[] = [
  {
    word: "sample_flows",
    query: `SELECT f.cnpj, r.fund_name, f.net_flow, f.mean_net_worth, f.flow_ratio
FROM gold.fund_flows_monthly AS f
JOIN gold.portability_signals AS r USING (cnpj, subclass_id, month)
WHERE f.month = (SELECT max(month) FROM gold.fund_flows_monthly)
ORDER BY f.net_flow DESC
LIMIT 50`,
  },
  {
    word: "sample_managers",
    query: `SELECT manager, sum(net_flow_1m) AS net_flow, count(*) AS classes
FROM gold.portability_signals
WHERE month = (SELECT max(month) FROM gold.portability_signals)
GROUP BY manager
ORDER BY net_flow
LIMIT 20`,
  },
  {
    word: "sample_ibov",
    query: `SELECT ref_date, level
FROM silver.index_levels
WHERE index_code = 'IBOV'
ORDER BY ref_date`,
  },
  {
    word: "sample_cdi",
    query: `SELECT date_trunc('month', ref_date) AS month,
       max(level) / min(level) - 1 AS cdi
FROM gold.benchmarks
WHERE benchmark = 'CDI'
GROUP BY month
ORDER BY month`,
  },
  {
    word: "sample_fx",
    query: `SELECT ref_date, buy, sell
FROM silver.fx_rates
WHERE currency = 'USD'
ORDER BY ref_date`,
  },
  {
    word: "sample_sectors",
    query: `SELECT sector, sum(turnover) AS turnover, count(*) AS papers
FROM gold.market_overview
WHERE ref_date = (SELECT max(ref_date) FROM gold.market_overview)
GROUP BY sector
ORDER BY turnover DESC`,
  },
  {
    word: "sample_quarantine",
    query: `SELECT unnest(string_split(reason, ',')) AS rule, count(*) AS rows
FROM quarantine.fund_navs
GROUP BY rule
ORDER BY rows DESC`,
  },
  {
    word: "sample_ledger",
    query: `SELECT source, count(*) AS files, sum(size) AS bytes, max(landed_at) AS newest
FROM ops.ledger
GROUP BY source
ORDER BY source`,
  },
];
