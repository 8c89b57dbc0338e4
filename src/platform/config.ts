import { z } from 'zod';

/** What the environment may say. The README's table of settings is made from these descriptions. */
const optional = (description: string) => z.string().min(1).optional().describe(description);
const list = (description: string) =>
  z
    .string()
    .optional()
    .transform((text) =>
      (text ?? '')
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== ''),
    )
    .describe(description);
const allowance = (perMinute: number, description: string) =>
  z
    .union([z.literal('off'), z.coerce.number<string>().int().min(1)], { error: 'must be a whole number, or off' })
    .default(perMinute)
    .describe(description);
const wholeNumber = (least: number, most: number) => {
  const error = `must be a whole number from ${least} to ${most}`;
  return z.coerce.number<string>({ error }).int({ error }).min(least, { error }).max(most, { error });
};
const address = (scheme: RegExp, description: string) =>
  z
    .string()
    .regex(scheme, `must begin with ${scheme.source.replaceAll(/[\^\\?]/g, '')}`)
    // Its parser quotes the whole address, with the password.
    .refine((text) => URL.canParse(text), 'is no address: write / ? # @ and : of a password as %2F %3F %23 %40 and %3A')
    .optional()
    .describe(description);

export const settingsSchema = z.object({
  DATABASE_URL: address(
    /^mysql:\/\//,
    'MySQL address of the application account. If it is set, nothing is started here.',
  ),
  DATABASE_ADMIN_URL: address(
    /^mysql:\/\//,
    'MySQL address of the account that migrates and grants. Without it the start only checks that nothing is missing.',
  ),
  DATABASE_FEED_URL: address(
    /^mysql:\/\//,
    'MySQL address of an account that may read the binary log (`REPLICATION SLAVE`). Without it live events are read at the ends of the tables.',
  ),
  PORT: wholeNumber(0, 65_535).default(4000).describe('Port of HTTP and sockets; 0 takes a free one.'),
  HOST: z.string().min(1).default('127.0.0.1').describe('Address to listen on.'),
  AUTH_JWT_SECRET: z
    .string()
    .min(32, 'must have 32 characters or more')
    .optional()
    .describe('HS256 secret of tokens. In development one is made per data folder.'),
  AUTH_JWKS_URL: address(/^https?:\/\//, 'Where the RS256 or ES256 keys of tokens are published, instead of a secret.'),
  AUTH_ISSUER: optional('`iss` that tokens must have.'),
  AUTH_AUDIENCE: optional('`aud` that tokens must have.'),
  STRIPE_SECRET_KEY: optional('Stripe API key, to look up payments that do not name their order.'),
  STRIPE_API_BASE: address(/^https?:\/\//, 'Another address for the Stripe API (tests).'),
  STRIPE_WEBHOOK_SECRETS: list('Signing secrets of Stripe webhooks, separated by commas; several while rotating.'),
  CAREPORTALS_WEBHOOK_SECRETS: list('Secrets of CarePortals webhooks, separated by commas; several while rotating.'),
  CORS_ORIGINS: list('Origins whose pages may call the API, separated by commas.'),
  METRICS_TOKEN: optional('Token that lets /metrics be read from other machines.'),
  ENCRYPTION_AT_REST: z.enum(['off']).default('off').describe('Only `off` yet; `on` is refused rather than ignored.'),
  EXPLORER: z
    .enum(['off', 'on'])
    .optional()
    .describe('Explorer and introspection; on in development, off in production.'),
  RATE_LIMIT: allowance(
    1_200_000_000,
    'Points that one caller may spend in a minute ([what operations cost](docs/limits.md)), or `off`.',
  ),
  RATE_LIMIT_ANONYMOUS: allowance(
    6_000,
    'Requests without a good token that one address may make in a minute before it gets 429, or `off`.',
  ),
  PROXIES: wholeNumber(0, 10)
    .default(0)
    .describe(
      'Reverse proxies in front of the server; the address of a caller is that many from the end of `X-Forwarded-For`.',
    ),
  TRUSTED_DOCUMENTS: optional(
    'Path of a manifest; only the [documents in it](docs/limits.md#trusted-documents) are run, and the explorer is off.',
  ),
  LOG_LEVEL: z
    .enum(['silent', 'error', 'warn', 'info', 'debug'])
    .default('info')
    .describe('How much is logged, as JSON lines on stdout.'),
  CAREPORTALS_DATA_DIR: optional('Folder of the private MySQL and development secrets; `.careportals` by default.'),
  CAREPORTALS_MYSQLD: optional('Path of a MySQL server program to use for the private MySQL.'),
  NODE_ENV: optional('`production` refuses every development default.'),
});

export type Settings = z.output<typeof settingsSchema>;

/** The settings are wrong or incomplete; the message names every variable at once. */
export class BadSettings extends Error {}

/** @throws BadSettings */
export function readSettings(environment: Record<string, string | undefined>): Settings {
  // An empty variable is one that is not set: shells and compose files cannot unset.
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = settingsSchema.safeParse(set);
  const wrong = parsed.success
    ? missing(parsed.data)
    : parsed.error.issues.map((i) => `${i.path.join('.')}: ${i.message}`);
  if (!parsed.success || wrong.length > 0) {
    throw new BadSettings(`These settings must be mended:\n${wrong.map((line) => `  ${line}`).join('\n')}`);
  }
  return parsed.data;
}

function missing(settings: Settings): string[] {
  const wrong: string[] = [];
  if (settings.AUTH_JWT_SECRET !== undefined && settings.AUTH_JWKS_URL !== undefined) {
    wrong.push('AUTH_JWT_SECRET, AUTH_JWKS_URL: set one of them, not both');
  }
  if (settings.TRUSTED_DOCUMENTS !== undefined && settings.EXPLORER === 'on') {
    wrong.push('EXPLORER, TRUSTED_DOCUMENTS: the explorer sends documents of its own; set one of them, not both');
  }
  if (settings.NODE_ENV === 'production') wrong.push(...missingInProduction(settings));
  return wrong;
}

function missingInProduction(settings: Settings): string[] {
  const needed: (keyof Settings)[] = ['DATABASE_URL', 'STRIPE_WEBHOOK_SECRETS', 'CAREPORTALS_WEBHOOK_SECRETS'];
  const wrong = needed
    .filter((name) => settings[name] === undefined || (Array.isArray(settings[name]) && settings[name].length === 0))
    .map((name) => `${name}: is needed in production`);
  if (settings.AUTH_JWT_SECRET === undefined && settings.AUTH_JWKS_URL === undefined) {
    wrong.push('AUTH_JWT_SECRET or AUTH_JWKS_URL: is needed in production');
  }
  return wrong;
}

/** Whether the explorer is served and introspection answered. It sends documents of its own, so not among trusted ones. */
export function isExplorable({ EXPLORER, NODE_ENV, TRUSTED_DOCUMENTS }: Settings): boolean {
  if (TRUSTED_DOCUMENTS !== undefined) return false;
  return EXPLORER === undefined ? NODE_ENV !== 'production' : EXPLORER === 'on';
}
