import { Command } from 'commander';
import { examine } from '../modules/careportals/operations/examine.ts';
import { verifyAuditChains } from '../modules/careportals/subscriptions/verify-audit-chain.ts';
import { readSettings } from '../platform/config.ts';
import { plainQuery, type Query } from '../platform/database/query.ts';
import { openDatabase, withDevelopmentSecrets } from '../startup.ts';
import { runCommand } from './run-command.ts';

/** `npm run doctor`: says in words what is missing or wrong. Exit code 1 if something is. */
const command = new Command('doctor')
  .description('Says what is missing or wrong')
  .option('--audit', 'also verify the hash chain of every audit entry')
  .option('--json', 'the findings as JSON');

await runCommand(command, async ({ audit = false, json = false }: { audit?: boolean; json?: boolean }) => {
  const settings = await withDevelopmentSecrets(readSettings(process.env));
  // It counts whole tables and walks the audit trail, for as long as that takes.
  const database = await openDatabase(settings, (line) => process.stderr.write(`${line}\n`), { readSeconds: 0 });
  try {
    const query = await plainQuery(database.orm);
    const findings = await examine(query);
    if (audit) findings.push(await auditFinding(query));
    process.stdout.write(
      json ? `${JSON.stringify({ database: database.description, findings })}\n` : inWords(findings),
    );
    if (findings.some((finding) => finding.state === 'wrong')) process.exitCode = 1;
  } finally {
    await database.close();
  }
});

type Finding = Awaited<ReturnType<typeof examine>>[number];

async function auditFinding(query: Query): Promise<Finding> {
  const { entries, broken } = await verifyAuditChains(query);
  if (broken.length === 0) return { name: 'audit chain', state: 'well', says: `${entries} entries, every hash fits` };
  const where = broken.slice(0, 20).map((at) => `subscription ${at.subscriptionId}, entry ${at.logId}: ${at.reason}`);
  return {
    name: 'audit chain',
    state: 'wrong',
    says: `${broken.length} place(s) do not fit\n    ${where.join('\n    ')}`,
  };
}

function inWords(findings: Finding[]): string {
  const marks = { well: 'ok   ', note: 'note ', wrong: 'WRONG' };
  return findings.map(({ name, state, says }) => `${marks[state]}  ${name}: ${says}\n`).join('');
}
