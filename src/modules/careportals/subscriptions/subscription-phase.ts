/** What the EMR said of one phase of a subscription, as it is stored; null where it said nothing usable. */
export interface SubscriptionPhase {
  /** Cents a cycle. */
  price: number | null;
  /** How many; 0 is without end. */
  cycles: number | null;
  fillingInterval: number | null;
  fillingUnit: string | null;
  billableInterval: number | null;
  billingInterval: number | null;
  billingUnit: string | null;
  /** Keys of what the customer has to hand in, e.g. a questionnaire. */
  requirements: string[];
}
