import { p } from '@mikro-orm/core';

/**
 * Column kinds as rows carry them. Rows are plain: what MySQL sends is what a verb or a resolver sees.
 * Instants are text `YYYY-MM-DD HH:MM:SS.mmm` in UTC (they compare as text), BIGINT is text, BOOLEAN is 0 or 1.
 */
export const column = {
  text: () => p.string(),
  bigint: () => p.string().columnType('bigint'),
  int: () => p.integer(),
  /** 0 or 1. */
  flag: () => p.integer().columnType('tinyint(1)'),
  /** UTC with milliseconds, `YYYY-MM-DD HH:MM:SS.mmm`. */
  instant: () => p.string().columnType('datetime(3)'),
  json: () => p.json<unknown>(),
  /** The opaque half of a node id; MySQL makes it. */
  publicId: () => p.string().columnType('char(32)').defaultRaw('(LOWER(HEX(UUID_TO_BIN(UUID(), 1))))'),
};
