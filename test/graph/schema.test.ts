import { readFile } from 'node:fs/promises';
import {
  type GraphQLNamedType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isRequiredArgument,
  isSpecifiedScalarType,
  lexicographicSortSchema,
  printSchema,
} from 'graphql';
import { describe, expect, test } from 'vitest';
import { schema } from './walk.ts';

test('schema.graphql is the graph as it is built; npm run schema writes it', async () => {
  expect(await readFile('schema.graphql', 'utf8')).toBe(`${printSchema(lexicographicSortSchema(schema))}\n`);
});

const ours = Object.values(schema.getTypeMap()).filter(
  (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type),
);

test('every type, field, argument, input field, enum and enum value has a description', () => {
  const bare = ours.flatMap((type) => [...partsOf(type)]).filter(([, description]) => !description?.trim());
  expect(bare.map(([name]) => name)).toEqual([]);
});

function* partsOf(type: GraphQLNamedType): Generator<[name: string, description: string | null | undefined]> {
  yield [type.name, type.description];
  if (isEnumType(type)) for (const value of type.getValues()) yield [`${type.name}.${value.name}`, value.description];
  if (isInputObjectType(type)) {
    for (const field of Object.values(type.getFields())) yield [`${type.name}.${field.name}`, field.description];
  }
  if (!isObjectType(type) && !isInterfaceType(type)) return;
  for (const field of Object.values(type.getFields())) {
    yield [`${type.name}.${field.name}`, field.description];
    for (const arg of field.args) yield [`${type.name}.${field.name}(${arg.name})`, arg.description];
  }
}

const PAGING = 'first: Int, after: String, last: Int, before: String';

/** What clients were promised by name. Adding is free; taking away or retyping one of these breaks somebody. */
const PROMISED: Record<string, string[]> = {
  Node: ['id: ID!'],
  Query: [
    'node(id: ID!): Node',
    'nodes(ids: [ID!]!): [Node]!',
    'customer(id: ID, customerId: ID, email: String): Customer',
    `customers(filter: CustomerFilter, sort: CustomerSort, ${PAGING}): CustomerConnection!`,
    'order(id: ID, orderId: ID): Order',
    `orders(filter: OrderFilter, sort: OrderSort, ${PAGING}): OrderConnection!`,
    'orderBoard: [OrderBoardColumn!]!',
    `stuckOrders(status: OrderStatus!, olderThanHours: Int!, ${PAGING}): OrderConnection!`,
    `upcomingRenewals(withinDays: Int!, ${PAGING}): CareSubscriptionConnection!`,
    'search(text: String!, first: Int, after: String): SearchResultConnection!',
    'subscription(id: ID, subscriptionId: ID): CareSubscription',
    `subscriptions(filter: CareSubscriptionFilter, ${PAGING}): CareSubscriptionConnection!`,
    `products(${PAGING}): ProductConnection!`,
    'product(id: ID, productId: ID): Product',
    `coupons(${PAGING}): CouponConnection!`,
    'coupon(id: ID, couponCode: ID): Coupon',
    `payments(${PAGING}): PaymentConnection!`,
    'payment(id: ID, paymentId: ID): Payment',
    `refunds(${PAGING}): RefundConnection!`,
    'refund(id: ID, refundId: ID): Refund',
    `addresses(${PAGING}): AddressConnection!`,
    `questionnaireResponses(${PAGING}): QuestionnaireResponseConnection!`,
    'prescription(id: ID, prescriptionId: ID): Prescription',
    `prescriptions(filter: PrescriptionFilter, ${PAGING}): PrescriptionConnection!`,
    'message(id: ID, messageId: ID): Message',
    `messages(filter: MessageFilter, ${PAGING}): MessageConnection!`,
    `webhookLogs(${PAGING}): WebhookLogConnection!`,
    `parkedWebhooks(${PAGING}): WebhookDeliveryConnection!`,
    `webhookDeliveries(${PAGING}): WebhookDeliveryConnection!`,
    'webhookDelivery(id: ID!): WebhookDelivery',
    `errorLogs(${PAGING}): ErrorLogConnection!`,
    'subscriptionReasons(includeRetired: Boolean): [SubscriptionReason!]!',
    'kpis(from: Date, to: Date): Kpis!',
    'kpiSeries(from: Date, to: Date): [KpiPoint!]!',
  ],
  Mutation: [
    'pauseSubscription(input: PauseSubscriptionInput!): PauseSubscriptionPayload!',
    'resumeSubscription(input: ResumeSubscriptionInput!): ResumeSubscriptionPayload!',
    'cancelSubscription(input: CancelSubscriptionInput!): CancelSubscriptionPayload!',
    'updateOrderStatus(input: UpdateOrderStatusInput!): UpdateOrderStatusPayload!',
    'replayWebhook(input: ReplayWebhookInput!): ReplayWebhookPayload!',
    'ingestWebhook(input: IngestWebhookInput!): IngestWebhookPayload!',
  ],
  Subscription: [
    'orderStatusChanged(filter: OrderStatusFilter, after: String): OrderStatusEvent!',
    'orderBoardChanged: [OrderBoardColumn!]!',
  ],
  OrderBoardColumn: ['status: OrderStatus!', 'count: Int!', 'oldestChangedAt: DateTimeISO'],
  CareSubscription: [
    'id: ID!',
    'subscriptionId: ID!',
    'status: CareSubscriptionStatus!',
    'rawStatus: String!',
    'cycle: Int!',
    'version: Int!',
    'nextCycleDate: DateTimeISO',
    'createdAt: DateTimeISO!',
    'updatedAt: DateTimeISO',
    'customer: Customer',
    'product: Product',
    `auditLog(${PAGING}): SubscriptionAuditEntryConnection!`,
    'phases: [SubscriptionPhase!]',
    'availableActions: [AvailableAction!]!',
    'scheduledChanges: [ScheduledChange!]!',
    'upcomingCycles(first: Int): [UpcomingCycle!]!',
    'explain: [ExplainedChange!]!',
  ],
  AvailableAction: ['action: SubscriptionAction!', 'allowed: Boolean!', 'reasonCode: UserErrorCode', 'message: String'],
  ScheduledChange: ['action: SubscriptionAction!', 'dueAt: DateTimeISO!', 'reason: String', 'reasonCode: String'],
  UpcomingCycle: ['number: Int', 'date: DateTimeISO!', 'skipped: Boolean!'],
  ExplainedChange: [
    'auditEntryId: ID!',
    'sentence: String!',
    'actor: String',
    'actorRole: String!',
    'by: String!',
    'triggerType: String!',
    'effect: String!',
    'recordedAt: DateTimeISO!',
    'at: DateTimeISO',
    'correlationId: String',
    'version: Int',
    'changes: [FieldChange!]!',
  ],
  FieldChange: ['field: String!', 'before: JSON', 'after: JSON'],
  CareSubscriptionFilter: [
    'scheduledAction: [SubscriptionAction!]',
    'scheduledFrom: DateTimeISO',
    'scheduledBefore: DateTimeISO',
  ],
  SubscriptionReason: ['code: String!', 'label: String!', 'retired: Boolean!'],
  PauseSubscriptionInput: [
    'subscriptionId: ID!',
    'reason: String',
    'comment: String',
    'expectedVersion: Int',
    'idempotencyKey: String',
  ],
  PauseSubscriptionPayload: [
    'subscription: CareSubscription',
    'auditEntry: SubscriptionAuditEntry',
    'userErrors: [UserError!]!',
  ],
  UpdateOrderStatusInput: ['orderId: ID!', 'status: String!', 'note: String'],
  UserError: ['code: UserErrorCode!', 'message: String!', 'path: [String!]!'],
  OrderStatusFilter: [
    'orderIds: [ID!]',
    'customerId: ID',
    'statuses: [OrderStatus!]',
    'pharmacy: [String!]',
    'source: [String!]',
  ],
  OrderStatusEvent: [
    'cursor: String!',
    'kind: LiveEventKind!',
    'updateId: ID',
    'order: Order',
    'status: OrderStatus',
    'rawStatus: String',
    'previousStatus: OrderStatus',
    'statusUpdatedAt: DateTimeISO',
    'receivedAt: DateTimeISO',
  ],
  Order: ['totalAmount: Int!', 'currency: String!', 'status: OrderStatus', 'rawStatus: String'],
  Payment: ['amount: Int!', 'currency: String!'],
  Refund: ['amount: Int!', 'currency: String!'],
};

describe.each(Object.entries(PROMISED))('%s', (name, lines) => {
  test.each(lines)('keeps its promise: %s', (line) => {
    const [, field = '', args = '', type = ''] = /^(\w+)(?:\((.*)\))?: (.*)$/.exec(line) ?? [];
    const owner = schema.getType(name);
    if (!isObjectType(owner) && !isInterfaceType(owner) && !isInputObjectType(owner))
      throw new Error(`There is no ${name}.`);
    const found = owner.getFields()[field];
    expect(String(found?.type)).toBe(type);
    const known = found !== undefined && 'args' in found ? found.args.map((arg) => `${arg.name}: ${arg.type}`) : [];
    expect(known).toEqual(expect.arrayContaining(args === '' ? [] : args.split(', ')));
    const required = found !== undefined && 'args' in found ? found.args.filter(isRequiredArgument) : [];
    expect(required.filter((arg) => !args.includes(`${arg.name}:`))).toEqual([]);
  });
});

test.each([
  [
    'OrderStatus',
    'PENDING AWAITING_PAYMENT PROCESSING AWAITING_REQUIREMENTS AWAITING_REQUISITION AWAITING_RESULTS AWAITING_SCRIPT AWAITING_FULFILLMENT AWAITING_SHIPMENT SHIPPED DELIVERED COMPLETED CANCELLED REFUNDED OTHER',
  ],
  ['CareSubscriptionStatus', 'ACTIVE PAUSED CANCELLED'],
  ['LiveEventKind', 'CHANGE GAP'],
  [
    'SubscriptionAction',
    'PAUSE RESUME CANCEL REACTIVATE RESCHEDULE SKIP UNSKIP SWAP_PRODUCT ADVANCE_CYCLE UNDO_SCHEDULED_CHANGE',
  ],
  [
    'UserErrorCode',
    'NOT_FOUND INVALID_TRANSITION STALE_VERSION IDEMPOTENCY_KEY_REUSED VALIDATION PRODUCT_INACTIVE NOT_ALLOWED',
  ],
])('the enum %s has the values that clients know', (name, values) => {
  const type = schema.getType(name);
  expect(isEnumType(type) && type.getValues().map((value) => value.name)).toEqual(
    expect.arrayContaining(values.split(' ')),
  );
});

test('Node and UserError are interfaces, so that more can implement them', () => {
  for (const name of ['Node', 'UserError']) expect(isInterfaceType(schema.getType(name)), name).toBe(true);
});

test('every list is a connection with edges, nodes, pageInfo and totalCount', () => {
  const connections = ours.filter((type) => type.name.endsWith('Connection'));
  expect(connections.length).toBeGreaterThan(10);
  for (const type of connections) {
    if (!isObjectType(type)) throw new Error(`${type.name} is no object.`);
    const node = type.name.replace('Connection', '');
    const fields = Object.values(type.getFields()).map((field) => `${field.name}: ${field.type}`);
    expect(fields.sort()).toEqual([
      `edges: [${node}Edge!]!`,
      `nodes: [${node}!]!`,
      'pageInfo: PageInfo!',
      'totalCount: Int!',
    ]);
  }
});

test('every mutation takes one input and answers with userErrors', () => {
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    const name = `${field.name.slice(0, 1).toUpperCase()}${field.name.slice(1)}`;
    expect(field.args.map((arg) => `${arg.name}: ${arg.type}`)).toEqual([`input: ${name}Input!`]);
    const payload = getNamedType(field.type);
    expect([String(field.type), isObjectType(payload) && String(payload.getFields().userErrors?.type)]).toEqual([
      `${name}Payload!`,
      '[UserError!]!',
    ]);
  }
});
