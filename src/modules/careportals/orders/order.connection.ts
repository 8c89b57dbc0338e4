import { connectionType } from '../../../platform/graphql/connection.type.ts';
import { OrderType } from './order.type.ts';

export const OrderConnection = connectionType(OrderType, 'Order');
