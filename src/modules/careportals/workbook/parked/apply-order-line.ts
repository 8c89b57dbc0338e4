import type { Outcome } from '../../../../platform/inbox/delivery.ts';
import { findOrCreateCustomer } from '../../customers/find-or-create-customer.ts';
import { linkLearnedCustomer } from '../../intake/careportals/link-learned-customer.ts';
import type { Tx } from '../../tables.ts';
import type { OrderLine } from '../lines.ts';
import { ordersTable } from '../tables/orders.table.ts';
import type { Applying, ApplyLine } from './apply-line.ts';
import { mustWait, settleWaitingLine, writeWaitingLine } from './write-waiting-line.ts';

/** Builds the order of a line whose customer was not known, or fills what nobody has told of it since. */
export const applyOrderLine: ApplyLine<OrderLine> = async (tx, line, applying) => {
  const settled = await settleWaitingLine(tx, ordersTable, line, applying.receivedAt);
  if (mustWait(settled)) return waiting(line);
  if (settled.did === 'rejected') return { kind: 'ignored', note: 'Another order has its internal id' };
  const told = settled.did === 'written' ? await tellCustomer(tx, line, applying) : { subjects: [], learned: [] };
  const note = await writeWaitingLine(tx, ordersTable, settled, applying.receivedAt);
  const subjects = [{ type: 'Order', id: line.order_id }, ...told.subjects];
  if (note !== null) return { kind: 'ignored', subjects, note };
  const names = [`order:${line.order_id}`, `order-internal:${line.care_portals_internal_order_id}`];
  return { kind: 'done', subjects, unparks: [...names, ...told.learned.map((id) => `customer:${id}`)] };
};

/** With its customer known it can be built; another may build it as well. */
function waiting({ order_id, customer_id }: OrderLine): Outcome {
  const note = 'Its customer is not known';
  return { kind: 'parked', waitingFor: `order:${order_id}`, orWaitingFor: `customer:${customer_id}`, note };
}

/** Whoever ordered was a customer by then. */
async function tellCustomer(tx: Tx, { customer_id, created_at }: OrderLine, { receivedAt, cause }: Applying) {
  const nothing = { email: null, firstName: null, lastName: null, phone: null };
  const facts = { ...nothing, careportalsId: customer_id, knownSince: created_at };
  const customer = await findOrCreateCustomer(tx, facts, { toldAt: created_at, receivedAt });
  if (customer === null) return { subjects: [], learned: [] };
  const { customerId, learned } = customer;
  return { subjects: await linkLearnedCustomer(tx, cause, customerId, learned), learned };
}
