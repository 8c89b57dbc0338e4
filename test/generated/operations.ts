/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
/** Where a subscription stands. */
export type CareSubscriptionStatus =
  /** It renews. */
  | 'ACTIVE'
  /** It is over: cancelled, or ended by itself (rawStatus says which). */
  | 'CANCELLED'
  /** It rests and can be resumed. */
  | 'PAUSED';

/** What a live event means. */
export type LiveEventKind =
  /** Something changed; the other fields say what. */
  | 'CHANGE'
  /** The server could not go on: the client did not read, or the cursor is not of this database. Subscribe again with `after` set to this cursor, which brings all that is still there; all other fields are null. */
  | 'GAP'
  /** Nothing new: all up to this cursor was told. Comes only if `progress` was asked for; all other fields are null. */
  | 'PROGRESS';

/** Where an order stands. CarePortals may send other texts: those are OTHER here and readable as rawStatus. */
export type OrderStatus =
  /** Prescribed; the pharmacy has not prepared it. */
  | 'AWAITING_FULFILLMENT'
  /** The payment attempt failed. */
  | 'AWAITING_PAYMENT'
  /** The patient still owes questionnaires or photos. */
  | 'AWAITING_REQUIREMENTS'
  /** A lab test is needed. */
  | 'AWAITING_REQUISITION'
  /** Waiting for lab results. */
  | 'AWAITING_RESULTS'
  /** Waiting for the doctor. */
  | 'AWAITING_SCRIPT'
  /** Ready; the pharmacy must send it. */
  | 'AWAITING_SHIPMENT'
  /** Called off. */
  | 'CANCELLED'
  /** Finished. */
  | 'COMPLETED'
  /** Arrived. */
  | 'DELIVERED'
  /** Any other text; see rawStatus. */
  | 'OTHER'
  /** No payment method on the account yet. */
  | 'PENDING'
  /** Checked out and paid. */
  | 'PROCESSING'
  /** Paid back. */
  | 'REFUNDED'
  /** Sent. */
  | 'SHIPPED';

/** Which changes to be told. A list means any of these; without a filter, all that you may see. */
export type OrderStatusFilter = {
  /** Of orders of this customer, by any CarePortals id it ever had. */
  customerId?: string | null | undefined;
  /** Of these orders. */
  orderIds?: Array<string> | null | undefined;
  /** Of orders at this pharmacy. */
  pharmacy?: Array<string> | null | undefined;
  /** Of orders from this source, e.g. `checkout`. */
  source?: Array<string> | null | undefined;
  /** Into one of these statuses. */
  statuses?: Array<OrderStatus> | null | undefined;
};

/** Which subscription to pause, for how long, and why. */
export type PauseSubscriptionInput = {
  /** More words about it; at most 2,000 characters. It joins the audit trail. */
  comment?: string | null | undefined;
  /** Leave out so many cycles: it resumes by itself on the date of the one after. Not together with `resumeAt`. */
  cycles?: number | null | undefined;
  /** Act only if the subscription is still at this version; STALE_VERSION otherwise. */
  expectedVersion?: number | null | undefined;
  /** A key of your own for this mutation: repeating the same request with it within 24 hours gives the first result, a refusal too, and does nothing twice. */
  idempotencyKey?: string | null | undefined;
  /** A short reason, e.g. `travelling`; at most 50 characters. It joins the audit trail. */
  reason?: string | null | undefined;
  /** It resumes by itself then. Without it, and without `cycles`, it stays paused until somebody resumes it. */
  resumeAt?: string | null | undefined;
  /** The subscription id in CarePortals. */
  subscriptionId: string;
};

/** Which changes to be told. A list means any of these; without a filter, all that you may see. */
export type SubscriptionChangeFilter = {
  /** Of subscriptions of this customer, by any CarePortals id it ever had. */
  customerId?: string | null | undefined;
  /** With one of these effects, e.g. `emr_override`. */
  effects?: Array<string> | null | undefined;
  /** That leave it in one of these statuses. */
  statuses?: Array<CareSubscriptionStatus> | null | undefined;
  /** Of these subscriptions. */
  subscriptionIds?: Array<string> | null | undefined;
  /** Asked for by one of these, e.g. `pause` or `renewal`. */
  triggerTypes?: Array<string> | null | undefined;
};

/** Why a mutation did not do what it was asked. More may be added. */
export type UserErrorCode =
  /** The key was used with other input. */
  | 'IDEMPOTENCY_KEY_REUSED'
  /** Something broke here, not in what was asked; said only of one item among many. */
  | 'INTERNAL_ERROR'
  /** Its present state does not allow this. */
  | 'INVALID_TRANSITION'
  /** Your role may not do this. */
  | 'NOT_ALLOWED'
  /** There is no such thing, or it is not yours. */
  | 'NOT_FOUND'
  /** The product is not on sale. */
  | 'PRODUCT_INACTIVE'
  /** It has changed since you read it. */
  | 'STALE_VERSION'
  /** A value is not acceptable; the message says which and why. */
  | 'VALIDATION';

export type AcrossTheGraphQueryVariables = Exact<{
  customerId: string;
  orders?: number | null | undefined;
}>;


export type AcrossTheGraphQuery = { customer: { id: string, email: string | null, orders: { totalCount: number, nodes: Array<{ orderId: string, status: OrderStatus | null, totalAmount: number, currency: string, createdAt: string, product: { label: string | null } | null, payments: { nodes: Array<{ chargeId: string, amount: number, refunds: { totalCount: number } }> }, statusHistory: { nodes: Array<{ status: OrderStatus, statusUpdatedAt: string }> } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } }, subscriptions: { nodes: Array<{ subscriptionId: string, status: CareSubscriptionStatus, version: number, auditLog: { nodes: Array<{ triggerType: string, rawData: unknown }> } }> } } | null };

export type OrderBoardQueryVariables = Exact<{ [key: string]: never; }>;


export type OrderBoardQuery = { orderBoard: Array<{ status: OrderStatus, count: number, oldestChangedAt: string | null }> };

export type OrderBoardChangedSubscriptionVariables = Exact<{ [key: string]: never; }>;


export type OrderBoardChangedSubscription = { orderBoardChanged: Array<{ status: OrderStatus, count: number, oldestChangedAt: string | null }> };

export type OrderStatusChangedSubscriptionVariables = Exact<{
  filter?: OrderStatusFilter | null | undefined;
  after?: string | null | undefined;
}>;


export type OrderStatusChangedSubscription = { orderStatusChanged: { cursor: string, kind: LiveEventKind, status: OrderStatus | null, previousStatus: OrderStatus | null, rawStatus: string | null, order: { orderId: string } | null } };

export type PauseSubscriptionMutationVariables = Exact<{
  input: PauseSubscriptionInput;
}>;


export type PauseSubscriptionMutation = { pauseSubscription: { subscription: { status: CareSubscriptionStatus, version: number } | null, auditEntry: { triggerType: string, previousStatus: string | null } | null, userErrors: Array<{ code: UserErrorCode, message: string, path: Array<string> }> } };

export type SubscriptionChangedSubscriptionVariables = Exact<{
  filter?: SubscriptionChangeFilter | null | undefined;
  after?: string | null | undefined;
}>;


export type SubscriptionChangedSubscription = { subscriptionChanged: { cursor: string, kind: LiveEventKind, logId: string | null, status: CareSubscriptionStatus | null, rawStatus: string | null, previousStatus: CareSubscriptionStatus | null, triggerType: string | null, effect: string | null, version: number | null, changedFields: Array<string> | null, changedAt: string | null, receivedAt: string | null, subscription: { subscriptionId: string, status: CareSubscriptionStatus, version: number } | null, auditEntry: { logId: string, actor: string | null, reason: string | null } | null } };


export const AcrossTheGraphDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"AcrossTheGraph"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"customerId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"orders"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}},"defaultValue":{"kind":"IntValue","value":"2"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"customer"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"customerId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"customerId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"email"}},{"kind":"Field","name":{"kind":"Name","value":"orders"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"orders"}}},{"kind":"Argument","name":{"kind":"Name","value":"sort"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"field"},"value":{"kind":"EnumValue","value":"ORDER_ID"}},{"kind":"ObjectField","name":{"kind":"Name","value":"direction"},"value":{"kind":"EnumValue","value":"ASC"}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"orderId"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"totalAmount"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"product"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"label"}}]}},{"kind":"Field","name":{"kind":"Name","value":"payments"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"chargeId"}},{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"refunds"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}}]}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"statusHistory"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"1"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"statusUpdatedAt"}}]}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"subscriptions"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"status"},"value":{"kind":"ListValue","values":[{"kind":"EnumValue","value":"ACTIVE"}]}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"subscriptionId"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"auditLog"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"1"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"triggerType"}},{"kind":"Field","name":{"kind":"Name","value":"rawData"}}]}}]}}]}}]}}]}}]}}]} as unknown as DocumentNode<AcrossTheGraphQuery, AcrossTheGraphQueryVariables>;
export const OrderBoardDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"OrderBoard"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"orderBoard"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"count"}},{"kind":"Field","name":{"kind":"Name","value":"oldestChangedAt"}}]}}]}}]} as unknown as DocumentNode<OrderBoardQuery, OrderBoardQueryVariables>;
export const OrderBoardChangedDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"OrderBoardChanged"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"orderBoardChanged"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"count"}},{"kind":"Field","name":{"kind":"Name","value":"oldestChangedAt"}}]}}]}}]} as unknown as DocumentNode<OrderBoardChangedSubscription, OrderBoardChangedSubscriptionVariables>;
export const OrderStatusChangedDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"OrderStatusChanged"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"OrderStatusFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"orderStatusChanged"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"previousStatus"}},{"kind":"Field","name":{"kind":"Name","value":"rawStatus"}},{"kind":"Field","name":{"kind":"Name","value":"order"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"orderId"}}]}}]}}]}}]} as unknown as DocumentNode<OrderStatusChangedSubscription, OrderStatusChangedSubscriptionVariables>;
export const PauseSubscriptionDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"PauseSubscription"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"PauseSubscriptionInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"pauseSubscription"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"subscription"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"version"}}]}},{"kind":"Field","name":{"kind":"Name","value":"auditEntry"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"triggerType"}},{"kind":"Field","name":{"kind":"Name","value":"previousStatus"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}}]}}]}}]} as unknown as DocumentNode<PauseSubscriptionMutation, PauseSubscriptionMutationVariables>;
export const SubscriptionChangedDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"SubscriptionChanged"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"SubscriptionChangeFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"subscriptionChanged"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"logId"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"rawStatus"}},{"kind":"Field","name":{"kind":"Name","value":"previousStatus"}},{"kind":"Field","name":{"kind":"Name","value":"triggerType"}},{"kind":"Field","name":{"kind":"Name","value":"effect"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"changedFields"}},{"kind":"Field","name":{"kind":"Name","value":"changedAt"}},{"kind":"Field","name":{"kind":"Name","value":"receivedAt"}},{"kind":"Field","name":{"kind":"Name","value":"subscription"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"subscriptionId"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"version"}}]}},{"kind":"Field","name":{"kind":"Name","value":"auditEntry"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"logId"}},{"kind":"Field","name":{"kind":"Name","value":"actor"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}}]}}]}}]}}]} as unknown as DocumentNode<SubscriptionChangedSubscription, SubscriptionChangedSubscriptionVariables>;