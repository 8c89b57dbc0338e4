import { randomUUID } from 'node:crypto';
import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import type { Caller } from './caller.ts';

export interface TokenSettings {
  /** HS256 secret, or null if keys come from `jwksUrl`. */
  secret: string | null;
  /** Where RS256 or ES256 public keys are published. */
  jwksUrl: string | null;
  /** Expected `iss`; null does not ask. */
  issuer: string | null;
  /** Expected `aud`; null does not ask. */
  audience: string | null;
}

/** The token is missing a claim, is expired, is signed by a stranger or is revoked. The message says which, not what. */
export class BadToken extends Error {}

const claims = z
  .object({
    exp: z.number(),
    iat: z.number(),
    jti: z.string().min(1).max(255),
    sub: z.string().min(1).max(255),
    role: z.enum(['customer', 'support', 'analyst', 'admin', 'service']),
    // An id as MySQL holds ids: comparing another character with them would fail every statement (3988).
    customer_id: z
      .string()
      .regex(/^[!-~]{1,255}$/)
      .optional(),
    scope: z.union([z.string(), z.array(z.string())]).optional(),
  })
  .refine((token) => token.role !== 'customer' || token.customer_id !== undefined, {
    path: ['customer_id'],
    message: 'is required for role customer',
  });

const SCOPES = ['ingest', 'replay', 'import', 'feed'] as const;

/** Checks bearer tokens. `customerId` in the answer is the token's own, aliases not resolved yet. */
export function tokenVerifier(settings: TokenSettings): (token: string) => Promise<Caller> {
  const options = {
    algorithms: settings.secret === null ? ['RS256', 'ES256'] : ['HS256'],
    ...(settings.issuer === null ? {} : { issuer: settings.issuer }),
    ...(settings.audience === null ? {} : { audience: settings.audience }),
  };
  const key = keyOf(settings);
  return async (token) => {
    try {
      const { payload } = await jwtVerify(token, key, options);
      return callerOf(payload);
    } catch (error) {
      throw error instanceof BadToken ? error : new BadToken(whyBad(error));
    }
  };
}

function keyOf(settings: TokenSettings): JWTVerifyGetKey {
  if (settings.jwksUrl !== null) return createRemoteJWKSet(new URL(settings.jwksUrl));
  const secret = new TextEncoder().encode(settings.secret ?? '');
  return async () => secret;
}

function callerOf(payload: JWTPayload): Caller {
  const parsed = claims.safeParse(payload);
  if (!parsed.success) {
    const wrong = parsed.error.issues.map((issue) => issue.path.join('.')).join(', ');
    throw new BadToken(`The token lacks or misstates: ${wrong}.`);
  }
  const { role, sub, jti, exp, customer_id, scope } = parsed.data;
  const named = typeof scope === 'string' ? scope.split(/[\s,]+/) : (scope ?? []);
  return {
    role,
    subject: sub,
    tokenId: jti,
    expiresAt: exp * 1_000,
    customerId: role === 'customer' ? (customer_id ?? null) : null,
    isUnknown: false,
    scopes: role === 'service' ? SCOPES.filter((known) => named.includes(known)) : [],
  };
}

function whyBad(error: unknown): string {
  if (error instanceof errors.JWTExpired) return 'The token has expired. Get a new one.';
  if (error instanceof errors.JWTClaimValidationFailed) return `The token's claim "${error.claim}" does not fit.`;
  return 'The token cannot be verified. Send "Authorization: Bearer <token>" with a token signed for this server.';
}

export interface NewToken {
  role: Caller['role'];
  subject?: string;
  customerId?: string;
  scopes?: readonly string[];
  /** e.g. `1h`, `30d`. */
  lifetime: string;
}

/** Signs an HS256 token for development, tests and the operator's own scripts. */
export async function signToken(settings: TokenSettings, wanted: NewToken): Promise<string> {
  if (settings.secret === null) throw new Error('Tokens can be made here only with AUTH_JWT_SECRET (HS256).');
  const scope = wanted.scopes?.length ? { scope: wanted.scopes.join(' ') } : {};
  const customer = wanted.customerId === undefined ? {} : { customer_id: wanted.customerId };
  const token = new SignJWT({ role: wanted.role, ...customer, ...scope })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(wanted.subject ?? `dev-${wanted.role}`)
    .setJti(randomUUID())
    .setIssuedAt()
    .setExpirationTime(wanted.lifetime);
  if (settings.issuer !== null) token.setIssuer(settings.issuer);
  if (settings.audience !== null) token.setAudience(settings.audience);
  return token.sign(new TextEncoder().encode(settings.secret));
}
