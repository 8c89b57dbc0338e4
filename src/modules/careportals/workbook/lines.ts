import type { Instant } from '../../../platform/database/instant.ts';

/** Rows of the workbook as they lie in the database: cents, UTC, ids in their own spelling. */

export interface CustomerLine {
  customer_id: string;
  email: string;
  first_name: string | null;
  last_name: string | null;
  phone: string | null;
}

export interface AddressLine {
  address_id: string;
  address1: string | null;
  address2: string | null;
  city: string | null;
  province_code: string | null;
  postal_code: string | null;
  country_code: string | null;
}

export interface ProductLine {
  product_id: string;
  short_name: string | null;
  label: string | null;
  sub_label: string | null;
  drug_name: string | null;
  list_price: number;
  sale_price: number | null;
  sale_cycle_duration: number | null;
  renewal_price: number | null;
  renewal_cycle_duration: number | null;
  active: 0 | 1;
  direct_cart_link: string | null;
}

export interface CouponLine {
  coupon_code: string;
  /** Cents, or whole percent; the plain number where the type is `unknown`. */
  reduction_amount: number;
  reduction_type: string | null;
  description: string;
}

export interface OrderLine {
  order_id: string;
  care_portals_internal_order_id: string;
  customer_id: string;
  shipping_address_id: string | null;
  product_id: string | null;
  source: string;
  total_amount: number;
  discount_amount: number;
  base_amount: number;
  credit_used_amount: number;
  coupon_code: string | null;
  discount_reduction_amount: number;
  discount_reduction_type: string | null;
  pharmacy_assigned: string | null;
  created_at: Instant;
}

export interface PaymentLine {
  charge_id: string;
  payment_intent_id: string | null;
  order_id: string;
  /** Further orders that its description names. */
  linked_order_ids: string[];
  amount: number;
  currency: string;
  created_at: Instant;
  stripe_customer_id: string | null;
  payment_method_id: string | null;
  card_last4: string | null;
  card_brand: string | null;
  status: string;
  description: string | null;
  application_fee_amount: number;
}

export interface RefundLine {
  stripe_refund_id: string;
  charge_id: string;
  payment_intent_id: string | null;
  amount: number;
  currency: string;
  reason: string | null;
  status: string;
  created_at: Instant;
}

export interface SubscriptionLine {
  subscription_id: string;
  state: 'active' | 'paused' | 'cancelled';
  emr_customer_id: string | null;
  product_id: string | null;
  cycle: number;
  status: string;
  created_at: Instant;
  updated_at: Instant | null;
}

export interface LogLine {
  subscription_id: string;
  emr_customer_id: string | null;
  product_id: string | null;
  cycle: number | null;
  status: string;
  trigger_type: string;
  received_at: Instant;
  created_at: Instant | null;
  updated_at: Instant | null;
  raw_data: unknown;
}

export interface StatusLine {
  order_id: string;
  updated_status: string;
  status_updated_at: Instant;
  order_created_at: Instant;
}

export interface CancellationLine {
  order_id: string;
  cancelled_at: Instant;
}

export interface QuestionLine {
  questionnaire_id: string;
  session_id: string;
  question_index: number;
  question_type: string;
  answer_data_type: string;
  answer_count: number;
  answers: unknown;
  composite_key: string;
  created_at: Instant;
}

export interface ErrorLine {
  occurred_at: Instant;
  error_type: string;
  error_message: string;
  raw_data: unknown;
  trigger: string | null;
}
