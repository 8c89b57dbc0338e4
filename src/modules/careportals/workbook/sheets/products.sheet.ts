import { dollarsCell, dollarsOf } from '../convert/dollars-of.ts';
import { flagOf } from '../convert/flag-of.ts';
import { id24 } from '../convert/ids.ts';
import { wholeCell, wholeOf } from '../convert/numbers.ts';
import type { RowReader } from '../convert/row-reader.ts';
import type { ProductLine } from '../lines.ts';
import type { Sheet } from '../sheet.ts';
import { joined, needed, optional, TEXT_LENGTH } from './column.ts';

export const productsSheet: Sheet<ProductLine> = {
  name: 'products',
  tabs: ['products'],
  required: true,
  hasHeader: true,
  columns: [
    needed('product_id', 'id24'),
    needed('Short_name', 'text'),
    needed('label', 'text'),
    needed('sub_label', 'text'),
    needed('drug_name', 'text'),
    needed('list_price', 'dollars'),
    needed('sale_price', 'dollars'),
    needed('sale_cycle_duration', 'whole'),
    needed('renewal_price', 'dollars'),
    needed('renewal_cycle_duration', 'whole'),
    needed('active', 'flag'),
    optional('direct_cart_link', 'text'),
  ],
  read: (row) => ({
    product_id: row.key('product_id', id24),
    short_name: row.text('Short_name', 100),
    label: row.text('label', 255),
    sub_label: row.text('sub_label', 255),
    drug_name: row.text('drug_name', 255),
    list_price: row.optional('list_price', dollarsOf) ?? 0,
    sale_price: row.optional('sale_price', dollarsOf),
    sale_cycle_duration: row.optional('sale_cycle_duration', wholeOf),
    renewal_price: row.optional('renewal_price', dollarsOf),
    renewal_cycle_duration: row.optional('renewal_cycle_duration', wholeOf),
    active: readActive(row),
    direct_cart_link: row.text('direct_cart_link', TEXT_LENGTH),
  }),
  write: (line) => [
    line.product_id,
    line.short_name,
    line.label,
    line.sub_label,
    line.drug_name,
    dollarsCell(line.list_price),
    dollarsCell(line.sale_price),
    wholeCell(line.sale_cycle_duration),
    dollarsCell(line.renewal_price),
    wholeCell(line.renewal_cycle_duration),
    wholeCell(line.active),
    line.direct_cart_link,
  ],
  keyOf: (line) => line.product_id,
  moneyOf: (line) => joined(line.list_price, line.sale_price, line.renewal_price),
  restOf: (line) =>
    joined(
      line.short_name,
      line.label,
      line.sub_label,
      line.drug_name,
      line.sale_cycle_duration,
      line.renewal_cycle_duration,
      line.active,
      line.direct_cart_link,
    ),
};

/** A product is on sale unless the sheet says no. */
function readActive(row: RowReader): 0 | 1 {
  if (row.isBlank('active')) row.note('active-blank', 'active', '1');
  return row.optional('active', flagOf) ?? 1;
}
