import { Command, InvalidArgumentError, Option } from 'commander';
import { signToken } from '../platform/access/token.ts';
import { readSettings } from '../platform/config.ts';
import { plainQuery } from '../platform/database/query.ts';
import { openDatabase, tokenSettings, withDevelopmentSecrets } from '../startup.ts';
import { runCommand } from './run-command.ts';

const ROLES = ['customer', 'support', 'analyst', 'admin', 'service'] as const;

interface TokenOptions {
  role?: (typeof ROLES)[number];
  customer?: string;
  scope?: string[];
  ttl: string;
  revoke?: string;
}

/** `npm run token`: one token on stdout, or the end of one. */
const command = new Command('token')
  .description('Makes a token for development, or revokes one')
  .addOption(new Option('--role <role>', 'who it speaks for').choices(ROLES))
  .option('--customer <id>', 'the CarePortals id of the customer, for role customer')
  .option('--scope <scopes>', 'what a service may do: ingest, replay, feed, separated by commas', (text) =>
    text.split(','),
  )
  .option('--ttl <time>', 'how long it is good for, e.g. 30m, 1h, 7d', timeSpan, '1h')
  .option('--revoke <jti>', 'revoke the token with this jti');

await runCommand(command, async (options: TokenOptions) => {
  const settings = await withDevelopmentSecrets(readSettings(process.env));
  if (options.revoke !== undefined) return revoke(settings, options.revoke);
  if (options.role === undefined)
    throw command.error('Say who the token is for: --role support, or give --revoke JTI.');
  if (options.role === 'customer' && options.customer === undefined)
    command.error('Role customer needs --customer ID.');
  const { role, customer: customerId, scope: scopes, ttl: lifetime } = options;
  process.stdout.write(`${await signToken(tokenSettings(settings), { role, customerId, scopes, lifetime })}\n`);
});

async function revoke(settings: Awaited<ReturnType<typeof withDevelopmentSecrets>>, jti: string): Promise<void> {
  const database = await openDatabase(settings, (line) => process.stderr.write(`${line}\n`));
  try {
    const query = await plainQuery(database.orm);
    const [known] = await query('SELECT 1 FROM access_revocations WHERE jti = ?', [jti]);
    if (known === undefined)
      await query('INSERT INTO access_revocations (jti, revoked_by) VALUES (?, ?)', [jti, 'npm run token']);
    process.stderr.write(known === undefined ? 'Revoked; it stops working within 5 s.\n' : 'It was revoked already.\n');
  } finally {
    await database.close();
  }
}

function timeSpan(text: string): string {
  if (!/^\d+\s*(s|m|h|d|w)$/.test(text)) throw new InvalidArgumentError('Give a number and s, m, h, d or w, e.g. 1h.');
  return text;
}
