/** An instant as rows carry it: UTC text `YYYY-MM-DD HH:MM:SS.mmm`. Two of them compare as text. */
export type Instant = string;

/** A Date as an Instant. */
export function toInstant(date: Date): Instant {
  return date.toISOString().slice(0, 23).replace('T', ' ');
}

/** The same where nothing may be given. */
export function toInstantOrNull(date: Date | null | undefined): Instant | null {
  return date == null ? null : toInstant(date);
}

/** An Instant as a Date. */
export function fromInstant(instant: Instant): Date {
  return new Date(`${instant.replace(' ', 'T')}Z`);
}
