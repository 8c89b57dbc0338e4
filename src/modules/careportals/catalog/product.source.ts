import { exactly, flag } from '../../../platform/read/filters.ts';
import { nodeColumns } from '../../../platform/read/node-id.ts';
import { type Source, tableColumns } from '../../../platform/read/source.ts';
import { access } from '../access.ts';

export const products: Source = {
  type: 'Product',
  idPrefix: 'product',
  from: ['products p'],
  columns: {
    ...nodeColumns('product', 'p'),
    ...tableColumns('p', {
      productId: 'id',
      shortName: 'text',
      label: 'text',
      subLabel: 'text',
      drugName: 'text',
      listPrice: 'int',
      salePrice: 'int',
      saleCycleDuration: 'int',
      renewalPrice: 'int',
      renewalCycleDuration: 'int',
      active: 'flag',
      directCartLink: 'text',
      needsReview: 'flag',
      createdAt: 'instant',
      updatedAt: 'instant',
    }),
  },
  key: 'productId',
  sorts: ['createdAt', 'productId', 'shortName', 'listPrice'],
  filters: {
    productIds: exactly('productId', 'p.product_id', 'id'),
    active: flag('active', 'p.active'),
    needsReview: flag('needsReview', 'p.needs_review'),
  },
  own: null,
  access: access.Product,
};
