import { Ctx, Query, Resolver, Root, Subscription } from 'type-graphql';
import { type Context, requireRoleOrScope } from '../../../platform/context.ts';
import type { FeedEvent } from '../../../platform/live/following.ts';
import type { Live } from '../../../platform/live/live.ts';
import { readOrderBoard } from './order-board.ts';
import { OrderBoardColumn } from './order-board.type.ts';
import type { OrderBoardUpdates } from './order-board-updates.ts';
import { type OnStatusChange, OrderBoardWatch } from './order-board-watch.ts';
import { type OrderStatusRow, orderStatusFeed } from './order-status.live.ts';

@Resolver(() => OrderBoardColumn)
export class OrderBoardLive {
  @Query(() => [OrderBoardColumn], {
    description:
      'How many orders stand at each status, counted now; statuses without orders are left out. Not for customers.',
  })
  async orderBoard(@Ctx() context: Context): Promise<OrderBoardColumn[]> {
    requireBoard(context);
    // Who has subscribed just before would otherwise miss what changes between this count and the first of the watch.
    await runningWatch(context.live)?.begin();
    return readOrderBoard(context.query);
  }

  @Subscription(() => [OrderBoardColumn], {
    description:
      'The columns of the board that changed, each as it is now; a status that has no orders any more comes with count 0. The first message is the first change: subscribe, then query orderBoard, then replace the columns that come, and query again after every reconnect. Not for customers.',
    subscribe: ({ context }) => followOrderBoard(context as Context),
  })
  orderBoardChanged(@Root() columns: OrderBoardColumn[]): OrderBoardColumn[] {
    return columns;
  }
}

function requireBoard(context: Context): void {
  requireRoleOrScope(context, 'feed', 'support', 'analyst', 'admin');
}

async function followOrderBoard(context: Context): Promise<OrderBoardUpdates> {
  requireBoard(context);
  const running = runningWatch(context.live);
  if (running !== null) return running.follow();
  const watch = new OrderBoardWatch(context.query, statusChangesOf(context.live));
  watches.set(context.live, watch);
  return watch.follow();
}

/** One for all clients of an instance. */
const watches = new WeakMap<Live, OrderBoardWatch>();

function runningWatch(live: Live): OrderBoardWatch | null {
  const watch = watches.get(live);
  return watch === undefined || watch.hasEnded ? null : watch;
}

function statusChangesOf(live: Live): OnStatusChange {
  return (hear) => {
    const tell = (event: FeedEvent<OrderStatusRow>) => {
      if (event.kind === 'CHANGE') hear(event.row);
    };
    const listener = { audience: { tell }, lost: () => hear(null) };
    const all = { accepts: () => true, topics: null, where: null, progress: 'never' as const };
    return live.feed(orderStatusFeed).listen(listener, all, null).end;
  };
}
