import type { Examined } from '../load/examine-workbook.ts';
import type { ImportRun } from '../load/import-run.ts';
import type { Passed } from '../load/load-sheets.ts';
import { OUTCOMES, type SheetTally, type Tally } from '../load/tally.ts';
import { RULES } from '../rules.ts';
import { checksOf } from './checks.ts';
import type { Check, Report, RuleCount, SheetCount } from './report.ts';
import { SHEET_NAMES, tableNameOf } from './table-name-of.ts';

export interface Reported {
  job: { mode: 'import' | 'sync'; dryRun: boolean; examined: Examined };
  run: ImportRun;
  passed: Passed;
  interrupted: boolean;
  database: Check[] | null;
  findingsFile: string | null;
}

/** The report of a run. Whoever timed it fills in the seconds. */
export function makeReport({ job, run, passed, interrupted, database, findingsFile }: Reported): Report {
  const { tally, slowestBatchMs } = passed;
  const { file } = job.examined;
  return {
    command: job.mode,
    file,
    dryRun: job.dryRun,
    resumed: run.resumed,
    interrupted,
    seconds: 0,
    slowestBatchMs,
    sheets: sheetsOf(tally),
    rules: rulesOf(tally),
    checks: checksOf(tally, interrupted ? null : file.rows),
    database,
    findingsFile,
  };
}

/** MySQL gives the keys of a saved tally in an order of its own. */
function sheetsOf({ sheets }: Tally): SheetCount[] {
  return SHEET_NAMES.flatMap((sheet) => {
    const counted = sheets[sheet];
    if (counted === undefined) return [];
    const rows = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, counted.rows[outcome]]));
    return [{ sheet, table: tableNameOf(sheet), read: counted.read, ...(rows as SheetTally['rows']) }];
  });
}

function rulesOf({ rules }: Tally): RuleCount[] {
  return rules
    .map((counted) => ({ ...counted, level: RULES[counted.rule].level, says: RULES[counted.rule].says }))
    .sort((a, b) => SHEET_NAMES.indexOf(a.sheet) - SHEET_NAMES.indexOf(b.sheet));
}
