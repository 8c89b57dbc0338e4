import { escape as escaped, format } from 'mysql2';
import type { Statement } from '../../database/query.ts';

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

/** No text of ours has it. */
const GAP = '\0';
const gap = { toSqlString: () => GAP };

/** A statement that is sent again and again, with other values: the driver looks through its text for `?` once. */
export function prepared({ sql, params }: Statement): (asked: Asked) => Statement {
  const open = params.filter((param) => param instanceof Later);
  const pieces = format(sql, params.map((param) => (param instanceof Later ? gap : param)) as never[]).split(GAP);
  return (asked) => {
    let text = pieces[0] ?? '';
    for (const [i, later] of open.entries()) text += escaped(later.of(asked) as never) + pieces[i + 1];
    return { sql: text, params: [] };
  };
}
