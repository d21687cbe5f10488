"""cvm_p210.gold_cvm210_analytics: the newest month's flows of every CNPJ, under Portuguese names.

For people whose queries already say ``cvm_p210.gold_cvm210_analytics``: they run as they are.
"""

from __future__ import annotations

from lastro.lake.catalog import View

VIEW = View(
    name="cvm_p210.gold_cvm210_analytics",
    title="Flows, mean net worth and quota return of every CNPJ in the newest month",
    pt="Captação, resgate, patrimônio médio e variação da cota de cada CNPJ no mês mais novo",
    inputs=("gold.fund_flows_monthly",),
    # a class may report itself, its subclasses or both: never add the class to its own parts
    sql="""
WITH newest AS (
    SELECT *, bool_or(subclass_id = '') OVER (PARTITION BY cnpj) AS has_own_row
    FROM gold.fund_flows_monthly
    WHERE month = (SELECT max(month) FROM gold.fund_flows_monthly)
)
SELECT
    cnpj AS CNPJ_FUNDO,
    sum(inflow) AS total_captacao,
    sum(outflow) AS total_resgate,
    sum(net_flow) AS fluxo_liquido,
    sum(mean_net_worth) AS patrimonio_medio,
    CASE WHEN count(*) = 1 THEN any_value(quota_return) END AS variacao_cota
FROM newest
WHERE subclass_id = '' OR NOT has_own_row
GROUP BY cnpj
""".strip(),
)
