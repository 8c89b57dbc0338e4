import { Fault } from './fault.ts';
import type { Kind } from './kind.ts';
import { type Hearing, isShown, type ListArgs, type Page, pageOf, type Sort, type Thing } from './page.ts';
import { isClosed, isHidden } from './rights.ts';
import { type Row, rowsWith } from './world.ts';

/** What the reference answers of all that can be asked. */
export const ROOTS = new Set(
  `node nodes address addresses bulkJob bulkJobs coupon coupons customer customers errorLogs failedWebhooks message messages order orders parkedWebhooks
  payment payments prescription prescriptions product products questionnaireResponses refund refunds subscription subscriptions webhookDeliveries
  webhookDelivery webhookLogs`.split(/\s+/),
);

/** Lists that are a part of a type's rows. */
const PARTS: Record<string, { holds(row: Row): boolean; sort: Sort }> = {
  parkedWebhooks: {
    holds: (row) => row.status === 'parked',
    sort: { field: 'WAITING_SINCE', direction: 'ASC' },
  },
  // Given up, not understood, or tried in vain since somebody last had it tried again.
  failedWebhooks: {
    holds: (row) =>
      row.status === 'dead' ||
      row.status === 'quarantined' ||
      (row.status === 'pending' && Number(row.attempts) > Number(row.attempts_before_replay)),
    sort: { field: 'RECEIVED_AT', direction: 'DESC' },
  },
};

/** @throws Fault FORBIDDEN if the type is closed to the caller; else as a page does. */
export function rootList(name: string, kind: Kind, args: ListArgs, hearing: Hearing): Page {
  if (isClosed(hearing.asker, kind.type)) throw new Fault(['FORBIDDEN']);
  const part = PARTS[name];
  const all = hearing.world[kind.table] ?? [];
  return pageOf({ kind, rows: part === undefined ? all : all.filter(part.holds), args, sort: part?.sort }, hearing);
}

/** @throws Fault BAD_USER_INPUT unless exactly one argument is given; FORBIDDEN if it or the type is closed. */
export function rootOne(kind: Kind, args: Record<string, unknown>, hearing: Hearing): Thing | null {
  const given = Object.entries(args).filter(([, value]) => value != null);
  const [first] = given;
  if (first === undefined || given.length > 1) throw new Fault(['BAD_USER_INPUT']);
  const [name, value] = first;
  if (isClosed(hearing.asker, kind.type)) throw new Fault(['FORBIDDEN']);
  if (name !== 'id' && isHidden(hearing.asker, kind.type, name)) throw new Fault(['FORBIDDEN']);
  const row = named(kind, name, String(value), hearing);
  return row !== undefined && isShown(kind, row, hearing) ? { kind, row } : null;
}

function named(kind: Kind, name: string, value: string, { world }: Hearing): Row | undefined {
  if (name === 'id') {
    const [, publicId] = new RegExp(`^${kind.prefix}_([0-9a-f]{32})$`).exec(value) ?? [];
    return rowsWith(world, kind.table, 'public_id', publicId)[0];
  }
  const filter = kind.filters[name];
  if (kind.type === 'Customer') return world.customers?.find((row) => filter?.test(row, value as never, world));
  const column = kind.unique?.[name] ?? '';
  // Codes are typed by people, so their case does not matter.
  if (column === 'coupon_code') {
    return world.coupons?.find((row) => String(row.coupon_code).toLowerCase() === value.toLowerCase());
  }
  return rowsWith(world, kind.table, column, value)[0];
}
