/** For whom, and for which value of a unique field, a statement is sent that was made before. */
export interface Asked {
  customerId: string | null;
  value: string;
}

/** Stands among the values of such a statement, for what each request puts there. */
export class Later {
  readonly of: (asked: Asked) => unknown;

  constructor(of: (asked: Asked) => unknown) {
    this.of = of;
  }
}

/** The customer who asks. */
export const WHO_ASKS = new Later(({ customerId }) => customerId);

export function withValues(params: readonly unknown[], asked: Asked): unknown[] {
  return params.map((param) => (param instanceof Later ? param.of(asked) : param));
}
