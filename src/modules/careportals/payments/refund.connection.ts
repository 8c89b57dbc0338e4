import { connectionType } from '../../../platform/graphql/connection.type.ts';
import { RefundType } from './refund.type.ts';

export const RefundConnection = connectionType(RefundType, 'Refund');
