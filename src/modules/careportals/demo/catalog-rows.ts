import type { DemoRow } from './demo-batch.ts';
import { COUPONS, PRODUCTS } from './demo-catalog.ts';
import { type DemoRun, past } from './demo-run.ts';

/** The catalogue is older than every order. */
const BEFORE_ALL_ORDERS = 430 * 24 * 60 * 60_000;

export function productRows(run: DemoRun): DemoRow<'products'>[] {
  const at = past(run, run.asOf - BEFORE_ALL_ORDERS);
  return PRODUCTS.map((product) => ({
    product_id: product.productId,
    public_id: run.ids.publicId(),
    short_name: product.shortName,
    label: product.label,
    sub_label: product.subLabel,
    drug_name: product.drugName,
    list_price: product.listPrice,
    sale_price: product.salePrice,
    sale_cycle_duration: product.saleCycleDuration,
    renewal_price: product.renewalPrice,
    renewal_cycle_duration: product.renewalCycleDuration,
    active: product.active,
    created_at: at,
    updated_at: at,
  }));
}

export function couponRows(run: DemoRun): DemoRow<'coupons'>[] {
  const at = past(run, run.asOf - BEFORE_ALL_ORDERS);
  return COUPONS.map((coupon) => ({
    coupon_code: coupon.code,
    public_id: run.ids.publicId(),
    reduction_amount: coupon.amount,
    reduction_type: coupon.type,
    description: coupon.description,
    active: 1,
    valid_from: at,
    created_at: at,
    updated_at: at,
  }));
}
