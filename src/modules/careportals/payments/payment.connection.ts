import { connectionType } from '../../../platform/graphql/connection.type.ts';
import { PaymentType } from './payment.type.ts';

export const PaymentConnection = connectionType(PaymentType, 'Payment');
