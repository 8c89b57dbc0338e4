import { type Logger, pino } from 'pino';
import { mysqlNumber } from './database/transaction.ts';

export type Log = Pick<Logger, 'info' | 'warn' | 'error' | 'debug'>;

export type LogLevel = 'silent' | 'error' | 'warn' | 'info' | 'debug';

/**
 * One JSON line an event, on stdout. Only what is on the allow list is written: patient data has no way in.
 * Errors are named by class, MySQL number and code; their messages may quote a row, so they stay out.
 */
export function createLog(level: LogLevel): Log {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime, formatters: { log: allowed } });
}

const ALLOWED = new Set([
  'requestId',
  'method',
  'route',
  'status',
  'ms',
  'operation',
  'kind',
  'code',
  'role',
  'inboxId',
  'sourceSystem',
  'eventType',
  'outcome',
  'attempt',
  'attempts',
  'count',
  'bytes',
  'sockets',
  'port',
  'reason',
  'feed',
]);

function allowed(fields: Record<string, unknown>): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(fields)) {
    if (key === 'err') kept.error = described(value);
    else if (ALLOWED.has(key)) kept[key] = value;
  }
  return kept;
}

function described(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { name: typeof error };
  const code = (error as { code?: unknown }).code;
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return {
    name: error.name,
    // Smaller numbers are of other libraries, such as zlib.
    ...(mysqlNumber(error) >= 1_000 ? { mysql: mysqlNumber(error) } : {}),
    ...(typeof code === 'string' ? { code } : {}),
    at: frames.slice(0, 5).map((line) => line.trim()),
  };
}
