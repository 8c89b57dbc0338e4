import type { ProductLine } from '../lines.ts';
import type { Table } from '../table.ts';
import { plainTable } from './plain-table.ts';

export const productsTable: Table<ProductLine> = plainTable({
  sheet: 'products',
  kind: 'product',
  table: 'products',
  key: 'product_id',
  columns: [
    'short_name',
    'label',
    'sub_label',
    'drug_name',
    'list_price',
    'sale_price',
    'sale_cycle_duration',
    'renewal_price',
    'renewal_cycle_duration',
    'active',
    'direct_cart_link',
  ],
  isBlank: (row, column) => column === 'list_price' && row.list_price === 0,
});
