import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tokenVerifier } from '../../src/platform/access/token.ts';
import { runProgram } from '../kit/run-program.ts';

let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'cp-token-'));
});
afterAll(() => rm(dataDir, { recursive: true, force: true }));

const token = (...args: string[]) => runProgram('commands/token', args, { CAREPORTALS_DATA_DIR: dataDir }).ended;

describe('npm run token', () => {
  test('prints one token that says what was asked, and nothing else', async () => {
    const { code, stdout } = await token('--role', 'service', '--scope', 'ingest,feed', '--ttl', '30m');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    const file = join(dataDir, 'development-secrets.json');
    const { jwt } = JSON.parse(await readFile(file, 'utf8')) as { jwt: string };
    const caller = await tokenVerifier({ secret: jwt, jwksUrl: null, issuer: null, audience: null })(stdout.trim());
    expect(caller).toMatchObject({ role: 'service', scopes: ['ingest', 'feed'], customerId: null });
    expect(caller.expiresAt - Date.now()).toBeLessThanOrEqual(30 * 60_000);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  test('refuses what makes no sense with exit code 2, and names the option', async () => {
    const { code, stdout, stderr } = await token('--role', 'customer');
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('--customer');
  });
});
