import { Field, ID, InputType } from 'type-graphql';
import { sortInput } from '../../../platform/graphql/connection.type.ts';
import { listArgs } from '../../../platform/graphql/list-args.ts';

@InputType({ description: 'Which products.' })
export class ProductFilter {
  @Field(() => [ID], { nullable: true, description: 'By product id.' })
  productIds?: string[] | null;

  @Field(() => Boolean, { nullable: true, description: 'Only those on sale, or only those that are not.' })
  active?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Only those that still lack something, or only complete ones.' })
  needsReview?: boolean | null;
}

export const ProductSort = sortInput('Product', {
  createdAt: 'When the record was made here.',
  productId: 'The product id.',
  shortName: 'Short name.',
  listPrice: 'Original price.',
});

export const ProductListArgs = listArgs(ProductFilter, ProductSort);

@InputType({ description: 'Which coupons.' })
export class CouponFilter {
  @Field(() => [ID], { nullable: true, description: 'By code.' })
  couponCodes?: string[] | null;

  @Field(() => Boolean, { nullable: true, description: 'Only those that may be used, or only those that may not.' })
  active?: boolean | null;
}

export const CouponSort = sortInput('Coupon', {
  createdAt: 'When the record was made here.',
  couponCode: 'The code.',
});

export const CouponListArgs = listArgs(CouponFilter, CouponSort);
