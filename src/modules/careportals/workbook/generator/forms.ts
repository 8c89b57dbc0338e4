import { coupons, errors, products, questions } from './catalog.ts';
import type { Form } from './form.ts';
import { cancellations, orderUpdates } from './order-history.ts';
import { orders } from './orders.ts';
import { payments, refunds } from './payments.ts';
import { addresses, customers } from './people.ts';
import { active, cancelled, paused, subscriptionLog } from './subscriptions.ts';

/** In the order of the tabs. */
export const FORMS: readonly Form[] = [
  orders,
  payments,
  refunds,
  active,
  paused,
  cancelled,
  orderUpdates,
  cancellations,
  customers,
  addresses,
  products,
  coupons,
  questions,
  subscriptionLog,
  errors,
];
