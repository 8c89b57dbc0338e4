import { Arg, ID, Resolver, Root, Subscription } from 'type-graphql';
import { type Context, requireRole } from '../../../../platform/context.ts';
import { badUserInput } from '../../../../platform/graphql/faults.ts';
import { publicIdFor } from '../../../../platform/read/node-id.ts';
import type { Row } from '../../../../platform/read/reader.ts';
import { bulkJobs } from './bulk.source.ts';
import { BulkJobType } from './bulk.type.ts';
import { BulkProgress } from './bulk-progress.ts';

@Resolver(() => BulkJobType)
export class BulkJobLive {
  @Subscription(() => BulkJobType, {
    description:
      'A bulk job as it stands now, again whenever its counts have changed, and for the last time when it is over. For support and admins.',
    subscribe: ({ args, context }) => followBulkJob(context as Context, (args as { id: string }).id),
  })
  bulkJobChanged(@Root() job: Row, @Arg('id', () => ID, { description: 'The node id of the job.' }) _id: string): Row {
    return job;
  }
}

async function followBulkJob(context: Context, id: string): Promise<BulkProgress> {
  requireRole(context, 'support', 'admin');
  const publicId = publicIdFor(bulkJobs, id) ?? '';
  const look = () => lookAt(context, publicId);
  const first = await look();
  if (first === null) throw badUserInput('There is no such bulk job.');
  return new BulkProgress(first, look);
}

/** The job before its counts: once it is over these do not change any more. */
async function lookAt({ reader }: Context, publicId: string): Promise<Row | null> {
  reader.forget();
  const job = await reader.one(bulkJobs, 'publicId', publicId);
  return job === null ? null : { ...job, counts: await reader.heavy(bulkJobs, 'counts', job) };
}
