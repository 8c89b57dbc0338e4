import { exactly } from '../../../../platform/read/filters.ts';
import { nodeColumns } from '../../../../platform/read/node-id.ts';
import { type Source, tableColumns } from '../../../../platform/read/source.ts';
import { access } from '../../access.ts';

const STATES = ['waiting', 'succeeded', 'refused', 'failed'] as const;

/** Items by what became of them, out of one index and in one statement for all jobs of an answer. */
const COUNTS = `(SELECT JSON_OBJECT(${STATES.map(
  (state) => `'${state}', COUNT(IF(counted.status = '${state}', 1, NULL))`,
).join(', ')}) FROM bulk_items counted FORCE INDEX (idx_queue) WHERE counted.job_id = j.job_id)`;

export const bulkJobs: Source = {
  type: 'BulkJob',
  idPrefix: 'bulkjob',
  from: ['bulk_jobs j'],
  columns: {
    ...nodeColumns('bulkjob', 'j'),
    ...tableColumns('j', {
      jobId: 'bigint',
      action: 'text',
      reason: 'text',
      comment: 'text',
      status: 'text',
      requestedBy: 'text',
      requestedRole: 'text',
      correlationId: 'text',
      total: 'int',
      createdAt: 'instant',
      finishedAt: 'instant',
    }),
    counts: { sql: COUNTS, kind: 'json', heavy: true },
  },
  key: 'jobId',
  sorts: ['createdAt'],
  filters: { status: exactly('status', 'j.status', 'text') },
  own: null,
  access: access.BulkJob,
};

export const bulkItems: Source = {
  type: 'BulkItem',
  idPrefix: 'bulkitem',
  from: ['bulk_items i'],
  columns: {
    ...nodeColumns('bulkitem', 'i'),
    ...tableColumns('i', {
      itemId: 'bigint',
      jobId: 'bigint',
      subscriptionId: 'id',
      status: 'text',
      code: 'text',
      message: 'text',
      auditId: 'bigint',
      finishedAt: 'instant',
    }),
  },
  key: 'itemId',
  sorts: ['itemId'],
  filters: { status: exactly('status', 'i.status', 'text') },
  own: null,
  access: access.BulkItem,
};
