import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { Context } from '../../../platform/context.ts';
import { batchedField } from '../../../platform/graphql/batched-field.ts';
import type { Row } from '../../../platform/read/reader.ts';
import { OrderType } from './order.type.ts';
import { lifecycleOf, readHistories } from './order-lifecycle.ts';
import { OrderLifecycle, OrderPaymentSummary } from './order-summary.type.ts';
import { readPaymentSums, summaryOf } from './payment-summary.ts';

const paymentSums = batchedField(readPaymentSums);
const histories = batchedField(readHistories);

/** What is told of an order by many rows together; each is one statement for all orders of a level. */
@Resolver(() => OrderType)
export class OrderSummaryResolver {
  @FieldResolver(() => OrderPaymentSummary, { description: 'What was paid for it and given back, summed up.' })
  async paymentSummary(@Root() order: Row, @Ctx() context: Context): Promise<OrderPaymentSummary> {
    return summaryOf(Number(order.totalAmount), await paymentSums(context, order.orderId));
  }

  @FieldResolver(() => OrderLifecycle, { description: 'How long it stood at each status.' })
  async lifecycle(@Root() order: Row, @Ctx() context: Context): Promise<OrderLifecycle> {
    const history = await histories(context, order.orderId);
    return lifecycleOf(String(order.createdAt), history ?? [], context.clock.now());
  }
}
