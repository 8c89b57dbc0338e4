import { grouped } from './numbers.ts';
import type { Check, Report, RuleCount } from './report.ts';
import { COLUMNS, figures, headline, inWords, LEVELS, RESULTS, totalOf } from './report-in-words.ts';

const STYLE = `body{font:15px/1.5 system-ui,sans-serif;color:#1a2733;max-width:72rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}table{border-collapse:collapse;width:100%}
th,td{padding:.3rem .6rem;border-bottom:1px solid #d8e0e7;text-align:left;vertical-align:top}
.n{text-align:right;font-variant-numeric:tabular-nums}tr:last-child.sum td{font-weight:600}small{color:#5a6b7a}
.holds{color:#17743b}.note{color:#8a5a00}.broken{color:#b3261e;font-weight:700}`;

/** A report as one page of HTML that asks nobody for anything. Holds no value of a cell but as its shape. */
export function reportPage(report: Report): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(report.file.name)}</title><style>${STYLE}</style></head><body>
<h1>${escaped(headline(report))}</h1>
${sheetsTable(report)}
${LEVELS.map(([level, title]) =>
  rulesTable(
    title,
    report.rules.filter((rule) => rule.level === level),
  ),
).join('\n')}
${checksTable('Checks, by what was counted', report.checks)}
${checksTable('Checks, by what the database says', report.database ?? [])}
<p><small>File ${escaped(report.file.sha256)}</small></p>
</body></html>
`;
}

function sheetsTable({ sheets }: Report): string {
  const head = `<tr><th>sheet</th>${COLUMNS.map((name) => `<th class="n">${name}</th>`).join('')}</tr>`;
  const row = (kind: string, counts: ReturnType<typeof totalOf>) =>
    `<tr class="${kind}"><td>${escaped(counts.sheet)}</td>${COLUMNS.map((name) => number(counts[name])).join('')}</tr>`;
  return `<table>${head}${sheets.map((sheet) => row('', sheet)).join('')}${row('sum', totalOf(sheets))}</table>`;
}

function rulesTable(title: string, rules: readonly RuleCount[]): string {
  if (rules.length === 0) return '';
  const rows = rules.map(
    ({ rule, sheet, count, says, examples }) =>
      `<tr>${number(count)}<td>${escaped(sheet)}</td><td>${escaped(says)} <small>${rule}</small>${examples
        .map((example) => `<br><small>${escaped(inWords(example))}</small>`)
        .join('')}</td></tr>`,
  );
  return `<h2>${title}</h2><table>${rows.join('')}</table>`;
}

function checksTable(title: string, checks: readonly Check[]): string {
  if (checks.length === 0) return '';
  const rows = checks.map(
    (check) =>
      `<tr><td class="${check.result}">${RESULTS[check.result]}</td><td>${escaped(check.says)}</td>` +
      `<td class="n">${escaped(figures(check))}</td></tr>`,
  );
  return `<h2>${title}</h2><table>${rows.join('')}</table>`;
}

function number(count: number): string {
  return `<td class="n">${count === 0 ? '' : grouped(count)}</td>`;
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);
}
