const key = 'explorer:token';

/** The bare token in what a person pastes: with or without "Bearer", with blanks and line ends around it. */
function bareToken(text: string): string {
  return text.trim().replace(/^Bearer\s+/i, '');
}

/** Keeps the token for this browser tab only and returns it bare; an empty text forgets it. */
export function keepToken(text: string): string {
  const token = bareToken(text);
  if (token) sessionStorage.setItem(key, token);
  else sessionStorage.removeItem(key);
  return token;
}

/**
 * The token to start with: from the address's fragment (`#token=…`, which no server ever sees), else the one kept.
 * The fragment is taken out of the address bar, so that a copied address carries no token.
 */
export function takeToken(): string {
  const given = new URLSearchParams(location.hash.slice(1)).get('token');
  if (given === null) return sessionStorage.getItem(key) ?? '';
  history.replaceState(history.state, '', location.pathname + location.search);
  return keepToken(given);
}

interface Claims {
  role?: unknown;
  /** Seconds since 1970, as in every JWT. */
  exp?: unknown;
}

function readClaims(token: string): Claims | null {
  try {
    const payload = token.split('.')[1] ?? '';
    const bytes = Uint8Array.from(atob(payload.replaceAll('-', '+').replaceAll('_', '/')), (sign) =>
      sign.charCodeAt(0),
    );
    return JSON.parse(new TextDecoder().decode(bytes)) as Claims | null;
  } catch {
    return null; // Not a JWT; the server will say so too, this only words the hint beside the field.
  }
}

/** What the token says about itself, in words. Nothing is verified here: that is the server's part. */
export function describeToken(token: string, now: Date): string {
  if (!token) return 'none: requests are anonymous';
  const claims = readClaims(token);
  if (!claims) return 'not a JWT';
  const role = typeof claims.role === 'string' ? claims.role : 'no role';
  if (typeof claims.exp !== 'number') return role;
  const end = new Date(claims.exp * 1000);
  const time = end.toLocaleString([], { dateStyle: 'short', timeStyle: 'short' });
  return `${role}, ${end > now ? 'valid until' : 'expired'} ${time}`;
}
