import { connectionType } from '../../../platform/graphql/connection.type.ts';
import { CareSubscriptionType } from './subscription.type.ts';

export const CareSubscriptionConnection = connectionType(CareSubscriptionType, 'CareSubscription');
