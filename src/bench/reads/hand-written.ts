/** Columns by their place in the statement. */
export type Row = (string | number | null)[];

export const customersSql = `SELECT c.public_id, c.customer_id, c.email, c.first_name, c.last_name, c.phone, c.created_at,
    o.public_id, o.order_id, o.current_status, o.current_status_at, o.total_amount, o.created_at, p.product_id, p.label, p.list_price,
    y.payment_id, y.amount, y.currency, y.status, y.card_brand, y.card_last4, y.created_at
  FROM (SELECT public_id, customer_id, email, first_name, last_name, phone, created_at FROM customers
      WHERE created_at < ? ORDER BY created_at DESC, customer_id DESC LIMIT 20) c
  LEFT JOIN LATERAL (SELECT public_id, order_id, current_status, current_status_at, total_amount,
      created_at, product_id FROM orders
      WHERE customer_id = c.customer_id ORDER BY created_at DESC, order_id DESC LIMIT 5) o ON TRUE
  LEFT JOIN products p ON p.product_id = o.product_id
  LEFT JOIN (payment_orders link JOIN payments y ON y.payment_id = link.payment_id) ON link.order_id = o.order_id`;

/** As the graph's lists: what is placed alike comes by its key. Sorting here costs less than MySQL's sort of all rows. */
function inOrder(a: Row, b: Row): number {
  return (
    later(a[6], b[6]) ||
    later(a[1], b[1]) ||
    later(a[12], b[12]) ||
    Number(b[8]) - Number(a[8]) ||
    later(a[22], b[22]) ||
    Number(b[16]) - Number(a[16])
  );
}

function later(a: unknown, b: unknown): number {
  if (a === b) return 0;
  return (a as string) > (b as string) ? -1 : 1;
}

/** Payments of an order that the graph lists when it is not asked for more. */
const PAGE = 20;

export function customersJson(rows: Row[]): string {
  let json = '{"data":{"customers":{"nodes":[';
  let customer: unknown = null;
  let order: unknown = null;
  let payments = 0;
  for (const row of rows.sort(inOrder)) {
    if (row[1] !== customer) {
      if (customer !== null) json += `${order === null ? '' : ']}}'}]}},`;
      customer = row[1];
      order = null;
      json += `{"id":"customer_${row[0]}","customerId":${text(row[1])},"email":${text(row[2])},"firstName":${text(row[3])},"lastName":${text(row[4])},"phone":${text(row[5])},"createdAt":${instant(row[6])},"orders":{"nodes":[`;
    }
    if (row[8] === null) continue;
    if (row[8] !== order) {
      if (order !== null) json += ']}},';
      order = row[8] as string;
      payments = 0;
      json += `{"id":"order_${row[7]}","orderId":"${row[8]}","status":${status(row[9])},"statusUpdatedAt":${instant(row[10])},"totalAmount":${row[11]},"createdAt":${instant(row[12])},"product":${product(row, 13)},"payments":{"nodes":[`;
      if (row[16] !== null) json += payment(row, 16);
    } else if (++payments < PAGE) json += `,${payment(row, 16)}`;
  }
  if (customer !== null) json += `${order === null ? '' : ']}}'}]}}`;
  return `${json}]}}}`;
}

/** Three kinds of rows in one statement: the order with what it leads to, its payments, its history. */
export const orderSql = `(SELECT 0, o.public_id, o.current_status, o.current_status_at, o.created_at, c.customer_id, c.email,
      c.first_name, c.last_name, c.phone, p.product_id, p.label, o.order_id, o.total_amount, p.list_price
    FROM orders o LEFT JOIN customers c ON c.customer_id = o.customer_id
      LEFT JOIN products p ON p.product_id = o.product_id
    WHERE o.order_id = ?)
  UNION ALL (SELECT 1, y.currency, y.status, y.created_at, NULL, y.card_brand, y.card_last4, NULL, NULL, NULL, NULL, NULL,
      y.payment_id, y.amount, NULL
    FROM payment_orders link JOIN payments y ON y.payment_id = link.payment_id
    WHERE link.order_id = ? ORDER BY y.created_at DESC, y.payment_id DESC LIMIT 20)
  UNION ALL (SELECT 2, source, updated_status, status_updated_at, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
      NULL, NULL, NULL
    FROM order_status_updates WHERE order_id = ? ORDER BY status_updated_at DESC, update_id DESC LIMIT 20)`;

export function orderJson(rows: Row[]): string {
  const order = rows[0];
  if (order === undefined || order[0] !== '0') return '{"data":{"order":null}}';
  let payments = '';
  let history = '';
  for (const row of rows) {
    if (row[0] === '1')
      payments += `${payments === '' ? '' : ','}{"paymentId":"${row[12]}","amount":${row[13]},"currency":${text(row[1])},"status":${text(row[2])},"cardBrand":${text(row[5])},"cardLast4":${text(row[6])},"createdAt":${instant(row[3])}}`;
    if (row[0] === '2')
      history += `${history === '' ? '' : ','}{"status":${status(row[2])},"statusUpdatedAt":${instant(row[3])},"source":${text(row[1])}}`;
  }
  const customer =
    order[5] === null
      ? 'null'
      : `{"customerId":${text(order[5])},"email":${text(order[6])},"firstName":${text(order[7])},"lastName":${text(order[8])},"phone":${text(order[9])}}`;
  const product =
    order[10] === null
      ? 'null'
      : `{"productId":${text(order[10])},"label":${text(order[11])},"listPrice":${order[14]}}`;
  return `{"data":{"order":{"id":"order_${order[1]}","orderId":"${order[12]}","status":${status(order[2])},"statusUpdatedAt":${instant(order[3])},"totalAmount":${order[13]},"createdAt":${instant(order[4])},"customer":${customer},"product":${product},"payments":{"nodes":[${payments}]},"statusHistory":{"nodes":[${history}]}}}}`;
}

export const ordersSql = `SELECT o.order_id, o.current_status, o.total_amount, o.created_at, c.customer_id, c.first_name, c.last_name
  FROM orders o LEFT JOIN customers c ON c.customer_id = o.customer_id
  WHERE o.current_status = ? AND o.created_at >= ? AND o.created_at < ?
  ORDER BY o.created_at DESC, o.order_id DESC LIMIT 50`;

export function ordersJson(rows: Row[]): string {
  let json = '';
  for (const row of rows) {
    const customer = row[4] === null ? 'null' : `{"firstName":${text(row[5])},"lastName":${text(row[6])}}`;
    json += `${json === '' ? '' : ','}{"orderId":"${row[0]}","status":${status(row[1])},"totalAmount":${row[2]},"createdAt":${instant(row[3])},"customer":${customer}}`;
  }
  return `{"data":{"orders":{"nodes":[${json}]}}}`;
}

function product(row: Row, at: number): string {
  return row[at] === null
    ? 'null'
    : `{"productId":${text(row[at])},"label":${text(row[at + 1])},"listPrice":${row[at + 2]}}`;
}

function payment(row: Row, at: number): string {
  return `{"paymentId":"${row[at]}","amount":${row[at + 1]},"currency":${text(row[at + 2])},"status":${text(row[at + 3])},"cardBrand":${text(row[at + 4])},"cardLast4":${text(row[at + 5])},"createdAt":${instant(row[at + 6])}}`;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what JSON must escape.
const TO_ESCAPE = /["\\\u0000-\u001f\ud800-\udfff]/;

function text(value: unknown): string {
  if (value === null) return 'null';
  return TO_ESCAPE.test(value as string) ? JSON.stringify(value) : `"${value}"`;
}

function instant(value: unknown): string {
  if (value === null) return 'null';
  const stored = value as string;
  return `"${stored.slice(0, 10)}T${stored.slice(11)}Z"`;
}

const STATUSES = new Map<unknown, string>([
  [null, 'null'],
  ...[
    'pending',
    'awaiting_payment',
    'processing',
    'awaiting_requirements',
    'awaiting_requisition',
    'awaiting_results',
    'awaiting_script',
    'awaiting_fulfillment',
    'awaiting_shipment',
    'shipped',
    'delivered',
    'completed',
    'cancelled',
    'refunded',
  ].map((stored): [string, string] => [stored, `"${stored.toUpperCase()}"`]),
]);

function status(stored: unknown): string {
  return STATUSES.get(stored) ?? '"OTHER"';
}
