import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { standInCustomerId } from '../../../../src/modules/careportals/customers/stand-in-customer-id.ts';
import type { Orm } from '../../../../src/platform/database/connect.ts';
import { createTestDatabase, type TestDatabase } from '../../../kit/test-database.ts';
import { deliver, deliverSample, rows, sample } from './deliver.ts';

let database: TestDatabase;
let orm: Orm;

beforeAll(async () => {
  database = await createTestDatabase();
  orm = database.orm;
});

afterAll(() => database?.drop());

const TABLES = [
  'prescription_orders',
  'prescriptions',
  'messages',
  'questionnaire_submissions',
  'questionnaire_responses',
  'customer_aliases',
  'customers',
];

beforeEach(async () => {
  for (const table of TABLES) await database.admin.em.getConnection().execute(`DELETE FROM ${table}`);
  await database.admin.em.getConnection().execute('TRUNCATE error_logs');
});

const MARISOL = '69a1c04fd2b7e83a5510f201';
const TOBIAS = '69a1c04fd2b7e83a5510f202';
const PRESCRIPTION = '69d49f33a6eb0c2d9954d601';

async function only(table: string): Promise<Record<string, unknown>> {
  const [row, ...others] = await rows(orm, `SELECT * FROM ${table}`);
  expect(others).toEqual([]);
  return row ?? {};
}

function errors() {
  return rows(orm, 'SELECT error_type, error_message FROM error_logs');
}

describe('prescriptions', () => {
  test('prescription.created: only ids and a contact, which make the prescription and the customer', async () => {
    expect(await deliverSample(orm, 'prescription.created')).toMatchObject({
      kind: 'done',
      subjects: [
        { type: 'Prescription', id: PRESCRIPTION },
        { type: 'Customer', id: MARISOL },
      ],
      unparks: expect.arrayContaining([`customer:${MARISOL}`]),
    });
    expect(await only('prescriptions')).toMatchObject({ customer_id: MARISOL, drugs: null, fulfillments: null });
    expect(await only('customers')).toMatchObject({ customer_id: MARISOL, first_name: 'Marisol' });
    expect(await errors()).toEqual([]);
  });

  test('prescription.fulfilled.native: the drugs, and the number of an order that is not here yet', async () => {
    await deliverSample(orm, 'prescription.created');
    expect(await deliverSample(orm, 'prescription.fulfilled.native')).toMatchObject({ kind: 'done' });
    expect(await only('prescriptions')).toMatchObject({
      prescription_id: PRESCRIPTION,
      customer_id: MARISOL,
      created_at: '2025-11-05 18:18:02.450',
      drugs: [
        {
          name: 'Semaglutide 0.25 mg/0.5 mL',
          din: 'DEMO-DIN-0001',
          quantity: '1',
          unit: 'vial',
          refills: 3,
          notes: 'Inject once weekly as directed.',
        },
      ],
      fulfillments: [
        {
          orderId: '2417',
          status: 'processing',
          createdAt: '2025-11-05 18:20:40.000',
          transactionNumbers: ['TXNDEMO001'],
        },
      ],
    });
    expect(await only('prescription_orders')).toEqual({ prescription_id: PRESCRIPTION, order_id: '2417' });
    expect(await rows(orm, 'SELECT order_id FROM orders')).toEqual([]);
    expect(await errors()).toEqual([]);
  });
});

describe('messages', () => {
  test('message.inbound: customer is an id; every sign of the text is kept, the emoji too', async () => {
    expect(await deliverSample(orm, 'message.inbound')).toMatchObject({ kind: 'done' });
    expect(await only('messages')).toMatchObject({
      message_id: '69e5a044b7fc1d3eaa65e701',
      customer_id: MARISOL,
      channel: 'WEB',
      inbound: 1,
      sender_name: null,
      contact_email: 'marisol.quennell@example.org',
      content: 'Has my package left the pharmacy yet? 📦',
      created_at: '2025-11-06 14:02:33.123',
    });
  });

  test('message.inbound.customer-name: a name is no id; the sender is known by the email, sooner or later', async () => {
    expect(await deliverSample(orm, 'message.inbound.customer-name')).toMatchObject({ kind: 'done' });
    expect(await only('messages')).toMatchObject({
      customer_id: null,
      emr_customer_id: standInCustomerId('t.hartwick@example.net'),
      sender_name: 'Tobias Hartwick',
      inbound: 1,
    });
    expect(await rows(orm, 'SELECT * FROM customers')).toEqual([]);
    expect(await deliverSample(orm, 'customer.signup.native')).toMatchObject({
      subjects: expect.arrayContaining([{ type: 'Message', id: '69e5a044b7fc1d3eaa65e702' }]),
    });
    expect(await only('messages')).toMatchObject({ customer_id: TOBIAS });
    expect(await errors()).toEqual([]);
  });

  test('lines of a text stay lines', async () => {
    await deliverSample(orm, 'message.inbound', { content: 'One.\nTwo.\n' });
    expect(await only('messages')).toMatchObject({ content: 'One.\nTwo.' });
  });
});

describe('questionnaires', () => {
  test('questionnaire.submitted.native: a row for each question; nothing of birth or gender is kept', async () => {
    expect(await deliverSample(orm, 'questionnaire.submitted.native')).toMatchObject({ kind: 'done' });
    const of = (question_index: number, question_type: string, answer_data_type: string, answer_count: number) => ({
      questionnaire_id: 'wlusmonthly',
      session_id: '69f6b155c80d2e4fbb76f801',
      customer_id: MARISOL,
      question_index,
      question_type,
      answer_data_type,
      answer_count,
      composite_key: `wlusmonthly|${question_index}|${question_type}`,
      created_at: '2025-11-28 12:01:00.677',
    });
    const responses = await rows(orm, 'SELECT * FROM questionnaire_responses ORDER BY question_index');
    expect(responses).toMatchObject([
      { ...of(0, 'medications', 'list', 1), answers: { list: [{ name: 'Vitamin D' }] } },
      { ...of(1, 'states', 'none', 0), answers: {} },
      { ...of(2, 'wlus_sideEffects', 'option', 1), answers: { wlus_sideEffects_nausea: true } },
      { ...of(3, 'wlus_weightAndHeight', 'fields', 3), answers: { feet: 5, inches: 6, weight: 188 } },
    ]);
    expect(await only('customers')).toMatchObject({ customer_id: MARISOL, created_at: '2025-11-01 10:00:00.000' });
    for (const table of TABLES) {
      expect(JSON.stringify(await rows(orm, `SELECT * FROM ${table}`))).not.toMatch(/1984-09-21|female/);
    }
    expect(await errors()).toEqual([]);
  });

  test.each(['telehealth_consent', 'selfie', 'bodySelfie', 'govId'])(
    '%s holds no answers and is ignored',
    async (type) => {
      expect(await deliverSample(orm, 'questionnaire.submitted.native', { type })).toMatchObject({ kind: 'ignored' });
      expect(await rows(orm, 'SELECT * FROM questionnaire_submissions')).toEqual([]);
    },
  );

  test('dotted answers of text are read as well', async () => {
    const { answers: _, ...body } = sample('questionnaire.submitted.native');
    const dotted = { 'answers.mood.good': 'true', 'answers.mood.bad': 'false', 'answers.weight': '188' };
    await deliver(orm, 'questionnaire.submitted', { ...body, ...dotted });
    const responses = 'SELECT question_type, answer_data_type, answer_count FROM questionnaire_responses ORDER BY 1';
    expect(await rows(orm, responses)).toEqual([
      { question_type: 'mood', answer_data_type: 'option', answer_count: 1 },
      { question_type: 'weight', answer_data_type: 'string-text', answer_count: 1 },
    ]);
  });

  const LATER = { createdAt: '2025-11-28T15:00:00.000Z', updatedAt: '2025-11-28T15:00:00.000Z' };

  async function sessions() {
    const found = await rows<{ session_id: string }>(
      orm,
      'SELECT DISTINCT session_id FROM questionnaire_responses ORDER BY 1',
    );
    return found.map(({ session_id }) => session_id.slice(-3));
  }

  test('of two submissions of one type and day the newer counts, whichever comes first; other days and types stand', async () => {
    const name = 'questionnaire.submitted.native';
    await deliverSample(orm, name, { _id: 'f'.repeat(24), ...LATER });
    await deliverSample(orm, name);
    expect(await sessions()).toEqual(['fff']);
    await deliverSample(orm, name, { _id: 'e'.repeat(24), createdAt: '2025-11-29T00:00:00.000Z' });
    await deliverSample(orm, name, { _id: 'd'.repeat(24), type: 'facesheet' });
    expect(await sessions()).toEqual(['ddd', 'eee', 'fff']);
  });

  test('a newer telling of a submission replaces its answers, an older one does not', async () => {
    const name = 'questionnaire.submitted.native';
    await deliverSample(orm, name, { answers: { mood: 'good' }, updatedAt: '2025-12-01T00:00:00.000Z' });
    await deliverSample(orm, name);
    expect(await only('questionnaire_responses')).toMatchObject({ question_type: 'mood', answers: 'good' });
  });
});

test.each(['prescription.created', 'message.inbound', 'questionnaire.submitted.native'])(
  '%s without an id goes into quarantine',
  async (name) => {
    expect(await deliverSample(orm, name, { _id: '' })).toMatchObject({ kind: 'quarantined' });
    expect(await rows(orm, 'SELECT * FROM customers')).toEqual([]);
  },
);
