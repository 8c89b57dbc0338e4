/** Provinces that the usual pharmacy does not ship to. */
const NOT_SERVED = new Set(['SC', 'IN']);
const USUAL = 'SevenCells';
const OTHER = 'Other';

/** Who probably fills an order for which CarePortals names no pharmacy; null if the province is unknown too. */
export function guessPharmacy(provinceCode: string | null): string | null {
  if (provinceCode === null) return null;
  return NOT_SERVED.has(provinceCode.toUpperCase()) ? OTHER : USUAL;
}
